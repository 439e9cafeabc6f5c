// The numbers of docs/protocol.md, in its order: "name value".
import { bodyHash, cosignedBy, entryOf, headOf, leafOf, nodeOf, sha256, signedBy } from '../lib/receipts.mjs';
import { full, leaves, log, w1 } from './cases.mjs';

const entry = entryOf(full.record, full.salt), leaf = leafOf(entry), head = headOf(log.name, full.size, full.root);
const [a, b, c, d] = full.path;
const n1 = nodeOf(a, leaf), n2 = nodeOf(n1, b), n3 = nodeOf(c, n2);
const signature = (line) => Buffer.from(line.trimEnd().split(' ')[2], 'base64');
const cosignature = signature(cosignedBy(w1, head, full.witnesses[0][1]));

export const worked = {
	body: bodyHash(full.body, full.bodySalt).toString('base64'),
	entry: entry.toString('hex'), leaf: leaf.toString('hex'),
	'leaf of "entry 4"': leaves[4].toString('hex'),
	'after hash 1': n1.toString('hex'), 'after hash 2': n2.toString('hex'), 'after hash 3': n3.toString('hex'),
	'after hash 4': nodeOf(n3, d).toString('hex'), root: full.root.toString('hex'),
	'log key': log.vkey, 'log key material': Buffer.from(log.vkey.split('+').slice(2).join('+'), 'base64').toString('hex'),
	'log key hash': sha256(log.name, '\n', Buffer.from(log.vkey.split('+').slice(2).join('+'), 'base64')).toString('hex'), 'log key id': log.id.toString('hex'),
	'signed text': Buffer.from(head).toString('hex'), 'log signature': signature(signedBy(log, head)).subarray(4).toString('hex'),
	'witness key': w1.vkey, 'witness key id': w1.id.toString('hex'), 'witness time': String(cosignature.readBigUInt64BE(4)),
	'cosigned text begins': Buffer.from(`cosignature/v1\ntime ${full.witnesses[0][1]}\n`).toString('hex'), 'witness signature': cosignature.subarray(12).toString('hex'),
};
export const lines = Object.entries(worked).map(([k, v]) => `${k}: ${v}`).join('\n');
if (process.argv[1] === import.meta.filename)
	console.log(lines);
