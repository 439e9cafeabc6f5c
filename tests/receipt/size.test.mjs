// How large a receipt is beside its record, in a log of ten million records with two witnesses.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { receiptOf, treeOf } from '../lib/receipts.mjs';
import { inC } from '../lib/verifiers.mjs';
import { full, leaves, log, w1, w2 } from './cases.mjs';

test('is under 2 kB at ten million leaves with two witnesses', () => {
	const keys = { log: [log.vkey], witness: [w1.vkey, w2.vkey] };
	for (const [what, body] of [['without', undefined], ['with', full.body]])
		for (const index of [0, 7654321, 9999999]) {
			const receipt = receiptOf({ ...full, body, size: 10000000, index, ...treeOf(leaves[5], index, 10000000) });
			const text = Buffer.from(JSON.stringify(receipt));
			const beyond = text.length - Buffer.byteLength(receipt.record) - Buffer.byteLength(body ?? '');
			console.log(`# record ${index} of 10,000,000, ${what} a body: ${text.length} bytes, ${beyond} beyond record and body, ${receipt.proof.split('\n\n')[0].split('\n').length - 2} hashes`);
			assert.equal(inC(keys, [text])[0].verdict, 'match');
			assert.ok(beyond < 2000, `${beyond} bytes`);
		}
});
