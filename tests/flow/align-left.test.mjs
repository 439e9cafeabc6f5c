// A department that leaves a county's list: its items are missing until it is said who runs it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { must, started } from '../lib/instance.mjs';
import { matterByCode } from '../lib/catalogue.mjs';
import { csv, handIn, openRound, rowsOf } from '../lib/align.mjs';

const COUNTY = '330723', AGENCY = '330700-RS';
let instance, city, wuyi;
before(async () => {
	instance = await started();
	[city, wuyi] = await Promise.all(['u-4001', 'u-4002'].map((u) => instance.client(u)));
});
after(() => instance?.destroy());

test('what the list answered for before is not presumed to be the city\'s', async () => {
	const full = await handIn(wuyi, COUNTY), round = await openRound(city);
	await round.close(city, { force: true });
	const own = new Set([...matterByCode().values()].filter((m) => m.agency_code === AGENCY).map((m) => m.name));
	const near = new Set((await round.all(wuyi, { agency: AGENCY })).flatMap((d) => d.row ? [d.row.matter] : []));
	const list = csv(rowsOf(COUNTY).filter((r) => !own.has(r.matter_name) && !near.has(r.matter_name)));
	const h = await handIn(wuyi, COUNTY, list), gone = ({ agency }) => agency.code === AGENCY;
	assert.ok(!h.comparison.presumed.some(gone));
	assert.equal(h.comparison.scope, full.comparison.scope);
	assert.ok(h.drift.counts.new > 100, `${h.drift.counts.new}`);
	assert.deepEqual((await wuyi.get(`/api/v1/align/drift/${COUNTY}`)).drift.counts, h.drift.counts);
	/* The same again is still not presumed; that the city runs it can be said. */
	assert.deepEqual((await handIn(wuyi, COUNTY, list)).drift.counts, h.drift.counts);
	await city.ok('PUT', `/api/v1/align/scope/${COUNTY}/${AGENCY}`, { json: { runs: 'city' } });
	const said = await handIn(wuyi, COUNTY, list);
	assert.ok(said.comparison.scope < full.comparison.scope && said.drift.counts.new < h.drift.counts.new);
	assert.equal(JSON.parse(must(['store', 'check', '-d', instance.dir, '--json']).stdout).found, 0);
});
