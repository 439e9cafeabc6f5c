// A source that cannot answer, whatever the reason, is a fault and never "not found".
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { started } from '../lib/instance.mjs';
import { openScene, settle } from '../lib/cases.mjs';
import { scene } from '../lib/catalogue.mjs';

let instance;
before(async () => { instance = await started({ datasets: null }); });
after(() => instance?.destroy());

test('a source that has no data is a fault: every query goes to the desk, none says "not found"', async () => {
	const clerk = await instance.client('u-1001');
	const c = await settle(clerk, await openScene(clerk, scene('HOUSE')));
	const asked = c.items.filter((i) => i.method === 'data_query' && i.state !== 'does_not_apply');
	assert.ok(asked.length > 0);
	for (const item of asked) {
		assert.equal(item.steps[0].reason, 'source_fault', item.code);
		assert.equal(item.way, 'department_verify', item.code);
		assert.ok(['verifying', 'to_verify'].includes(item.state), `${item.code}: ${item.state}`);
		assert.equal(item.answer, undefined);
	}
});
