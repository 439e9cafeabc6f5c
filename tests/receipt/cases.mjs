// Receipts whose verdict is known: the files of tests/vectors/receipt/, one a case.
//
//   node tests/receipt/cases.mjs write
//
// Everything is made from fixed seeds; vectors.test.mjs makes them again and compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { bodyHash, cosignedBy, entryOf, headOf, keyOf, leafOf, pathOf, receiptOf, rootOf, seedOf, sha256, signedBy, treeOf } from '../lib/receipts.mjs';

export const example = JSON.parse(readFileSync(new URL('../vectors/decisions-5.json', import.meta.url)));
export const log = keyOf('wzm.example/log/a', seedOf('log'));
export const other = keyOf('wzm.example/log/a', seedOf('other log'));
export const w1 = keyOf('witness-1.example', seedOf('witness 1'), 4);
export const w2 = keyOf('witness-2.example', seedOf('witness 2'), 4);
const seen = Date.parse('2026-11-23T09:30:13+08:00') / 1000;

const salt = Buffer.from(example.salt, 'hex'), bodySalt = Buffer.from(example.body_salt, 'hex');
export const leaves = Array.from({ length: 11 }, (_, i) => leafOf(sha256(`entry ${i}`)));
leaves[5] = leafOf(entryOf(example.record, salt));
export const full = { record: example.record, salt, body: example.body, bodySalt, log, witnesses: [[w1, seen], [w2, seen + 1]],
	index: 5, size: 11, path: pathOf(leaves, 5), root: rootOf(leaves) };

// Another record in the place of the example's, alone in a tree of its own.
const alone = (record, more = {}) => ({ ...full, record, body: undefined, index: 0, size: 1, path: [], root: leafOf(entryOf(record, salt)), ...more });
const far = (size, index, more = {}) => ({ ...full, size, index, ...treeOf(leaves[5], index, size), ...more });
const text = (made, change = (r) => r) => JSON.stringify(change(receiptOf(made)));
const proof = (change) => (r) => ({ ...r, proof: change(r.proof) });
const flipped = (b, bit = 0) => { const c = Buffer.from(b); c[bit >> 3] ^= 1 << (bit & 7); return c; };
const good = text(full);
const head = headOf(log.name, full.size, full.root);

// The name, what it is about, the receipt (or its bytes), what is said of it, other keys than both witnesses'.
const cases = [];
const add = (name, about, receipt, verdict, reason = '', keys = {}) => cases.push({ name, about, receipt, verdict, reason, keys });

add('whole', 'The example of docs/protocol.md: a record, its body, two witnesses.', good, 'match');
add('without-body', 'Whoever may not see values gets no body.', text({ ...full, body: undefined }), 'match');
add('spaced', 'White space and another order of the members.', JSON.stringify(Object.fromEntries(Object.entries(receiptOf(full)).reverse()), null, '\t'), 'match');
add('escaped', 'Every character of the record as an escape.', good.replace(JSON.stringify(example.record), () => `"${[...example.record].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`), 'match');
add('first-of-one', 'A tree of one leaf has an empty path.', text(alone('{"at":"2026-11-23T09:30:12.345+08:00","v":1}')), 'match');
add('last-leaf', 'The last leaf of a tree whose size is no power of two.', text(far(11, 10)), 'match');
add('ten-million', 'The size that the receipt is measured at.', text(far(10000000, 7654321)), 'match');
add('largest-tree', 'The largest size that may be said.', text(far(9007199254740991, 9007199254740990)), 'match');
add('extra-line', 'The extra line of tlog-proof is passed over.', text({ ...full, extra: 'AAECAw==' }), 'match');
add('extension-line', 'An extension line is signed with the rest.', text({ ...full, extension: 'ext 1' }), 'match');
add('unknown-signature', 'Lines of unknown keys are passed over.', text(full, proof((p) => `${p}— stranger.example ${Buffer.from('12345678').toString('base64')}\n— witness-1.example ${Buffer.from('12345678').toString('base64')}\n`)), 'match');
add('one-of-two', 'One witness of two, where one is enough.', text({ ...full, witnesses: [[w2, seen]] }), 'match', '', { quorum: 1 });
add('no-witness-asked', 'Without witness keys their lines are strangers\'.', good, 'match', '', { witness: [] });
add('two-keys-of-the-log', 'After a change of the key both may be given.', good, 'match', '', { log: [other.vkey, log.vkey] });
add('signed-twice', 'A witness that signed twice counts once; the time of its last line is said.', text({ ...full, witnesses: [[w1, seen + 5], [w1, seen], [w2, seen + 1]] }), 'match');
add('empty-body', 'A body may be empty.', text({ ...alone(`{"body":"${bodyHash('', bodySalt).toString('base64')}"}`), body: '', bodySalt }), 'match');

add('record-depth', 'Sixteen objects and arrays open at once.', text(alone(`{"v":${'['.repeat(15)}1${']'.repeat(15)}}`)), 'match');
add('record-loose', 'JSON, but not as records are written: blanks, any number, a name twice that is not body or at.', text(alone(' {"金":1e999,"金":{"body":1,"body":-0.5}}\n')), 'match');
add('record-nothing', 'A record is read for its body and time only, and needs neither.', text(alone('{}')), 'match');
add('record-body-escaped', 'The name body, spelt with an escape.', text({ ...alone(`{"b\\u006fdy":"${bodyHash('', bodySalt).toString('base64')}"}`), body: '', bodySalt }), 'match');

add('record-changed', 'Another county.', text(full, (r) => ({ ...r, record: r.record.replace('"330703"', '"330702"') })), 'mismatch', 'root');
add('record-spaced', 'The record is text: a blank more is another record.', text(full, (r) => ({ ...r, record: `${r.record} ` })), 'mismatch', 'root');
add('salt-changed', 'One bit of the salt.', text(full, (r) => ({ ...r, salt: flipped(salt).toString('base64') })), 'mismatch', 'root');
add('body-changed', 'Another area.', text(full, (r) => ({ ...r, body: r.body.replace('"178"', '"187"') })), 'mismatch', 'body');
add('body-salt-changed', 'One bit of the body\'s salt.', text(full, (r) => ({ ...r, body_salt: flipped(bodySalt, 255).toString('base64') })), 'mismatch', 'body');
add('salts-swapped', 'The two salts are not each other\'s.', text(full, (r) => ({ ...r, salt: r.body_salt, body_salt: r.salt })), 'mismatch', 'root');
add('body-of-none', 'A body for a record that binds none.', text({ ...alone('{"v":1}'), body: '{}', bodySalt }), 'mismatch', 'body');
add('path-changed', 'One bit of a hash of the path.', text({ ...full, path: full.path.map((p, i) => i === 1 ? flipped(p) : p) }), 'mismatch', 'root');
add('index-changed', 'The neighbour\'s place.', text(full, proof((p) => p.replace('index 5', 'index 4'))), 'mismatch', 'root');
add('root-changed', 'Another root under the same signatures.', text(full, proof((p) => p.replace(full.root.toString('base64'), flipped(full.root).toString('base64')))), 'mismatch', 'signature');
add('size-changed', 'Another size under the same signatures.', text(full, proof((p) => p.replace('\n11\n', '\n12\n'))), 'mismatch', 'signature');
add('other-key', 'Signed by another key of the same name.', text({ ...full, log: other }), 'mismatch', 'unsigned');
// Signatures that only the holder of the key can make and no library makes, by tests/receipt/hostile.py.
const odd = (base64) => text(full, proof((p) => p.replace(signedBy(log, head), `— ${log.name} ${Buffer.concat([log.id, Buffer.from(base64, 'base64')]).toString('base64')}\n`)));
add('signature-mixed', 'A signature whose R has a part of order 8: good only with the factor 8.', odd('K2AuLLEZ8dso6DuRQcivYzgh5qt9jPOJjhcE6CJ6puJ0g+EdPpAYZaeDkldskpJyksFvYQLa7YjRhrL7SMsnDg=='), 'mismatch', 'signature');
add('signature-neutral', 'A signature whose R is the neutral point.', odd('AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADpwUHUPg3YN30zbj0No+exGHkRHfyYljL04qdPKKejCA=='), 'mismatch', 'signature');
add('signature-large', 'A signature whose S is larger by L.', odd('2JJRQEi0XZOl0uHDVkjEYVKWwICcU+KH1IMibEY/t1moHSIZUqZRx0z9gEeRHgtdF3sYSfuC0p31QCibkKmcEg=='), 'mismatch', 'signature');
add('signed-and-forged', 'A good line of the log, and one that does not hold.', text(full, proof((p) => `${p}— ${log.name} ${Buffer.concat([log.id, Buffer.alloc(64)]).toString('base64')}\n`)), 'mismatch', 'signature');
add('origin-spaced', 'An origin that is no name is of no key.', text({ ...full, origin: 'a b' }), 'mismatch', 'unknown_log');
add('witness-time', 'A witness\'s time of 2^63.', text({ ...full, witnesses: [[w1, 2n ** 63n], [w2, seen]] }), 'mismatch', 'cosignature');
add('root-before-record', 'Another root, and a record that is no JSON: the root is asked first.', text(alone('{', { root: full.root })), 'mismatch', 'root');
add('other-log', 'A log that no key was given for.', text({ ...full, log: keyOf('wzm.example/log/b', seedOf('log')) }), 'mismatch', 'unknown_log');
add('origin-of-another', 'A known key, but the checkpoint names another log.', text({ ...full, origin: 'wzm.example/log/b' }), 'mismatch', 'unknown_log');
add('unsigned', 'Only the witnesses signed.', text(full, proof((p) => p.replace(signedBy(log, head), ''))), 'mismatch', 'unsigned');
add('witness-forged', 'A witness\'s line with another time.', text(full, proof((p) => p.replace(cosignedBy(w2, head, seen + 1), cosignedBy(w2, head, seen + 1).replace(/ [^ ]*\n/, (s) => ` ${(() => { const b = Buffer.from(s, 'base64'); b[11] ^= 1; return b.toString('base64'); })()}\n`)))), 'mismatch', 'cosignature');
add('witness-short', 'A witness\'s line that lacks its time.', text(full, proof((p) => p.replace(cosignedBy(w2, head, seen + 1), `— ${w2.name} ${Buffer.concat([w2.id, Buffer.alloc(64)]).toString('base64')}\n`))), 'mismatch', 'cosignature');
add('quorum', 'One witness of two, where both are asked for.', text({ ...full, witnesses: [[w1, seen]] }), 'mismatch', 'quorum');
add('log-as-witness', 'The log\'s own line is no witness\'s.', text({ ...full, witnesses: [] }), 'mismatch', 'quorum', { quorum: 1 });

add('not-json', 'Something else.', 'c2sp.org/tlog-proof@v1\n', 'malformed', 'json');
add('nothing', 'Nothing.', '', 'malformed', 'json');
add('two-values', 'Something after the object.', `${good}{}`, 'malformed', 'json');
add('byte-order-mark', 'A byte order mark.', `\ufeff${good}`, 'malformed', 'json');
add('not-utf8', 'A byte that is not UTF-8, in the body.', Buffer.concat([Buffer.from(good.slice(0, good.indexOf('178'))), Buffer.of(0xff), Buffer.from(good.slice(good.indexOf('178')))]), 'malformed', 'json');
add('half-a-pair', 'Half a pair of surrogates.', good.replace('178', '\\ud83d'), 'malformed', 'json');
add('control-character', 'A control character that is not escaped.', good.replace('178', '1\u00018'), 'malformed', 'json');
add('trailing-comma', 'A comma too many.', good.replace(/}$/, ',}'), 'malformed', 'json');
add('member-twice', 'A member twice, with the same value.', good.replace('{', `{"salt":"${salt.toString('base64')}",`), 'malformed', 'members');
add('member-escaped-twice', 'The same name, spelt with an escape.', good.replace('{', `{"s\\u0061lt":"${salt.toString('base64')}",`), 'malformed', 'members');
add('member-unknown', 'A member that a receipt does not have.', good.replace('{', '{"note":"",'), 'malformed', 'members');
add('member-nul', 'A name that is another one by a NUL.', good.replace('{', `{"salt\\u0000":"${salt.toString('base64')}",`), 'malformed', 'members');
add('member-missing', 'No salt.', text(full, ({ salt: _, ...r }) => r), 'malformed', 'members');
add('body-without-salt', 'A body without its salt.', text(full, ({ body_salt: _, ...r }) => r), 'malformed', 'members');
add('version-2', 'A version that is not this one.', good.replace('"wzm_receipt":1', '"wzm_receipt":2'), 'malformed', 'version');
add('version-spelt', 'One, spelt as a fraction.', good.replace('"wzm_receipt":1', '"wzm_receipt":1.0'), 'malformed', 'version');
add('record-too-large', 'A record of more than 16,384 bytes.', text(full, (r) => ({ ...r, record: '字'.repeat(5462) })), 'malformed', 'too_large');
add('salt-short', 'A salt of 31 bytes.', text(full, (r) => ({ ...r, salt: salt.subarray(1).toString('base64') })), 'malformed', 'salt');
add('salt-loose', 'The same salt in Base64 that no encoder writes.', text(full, (r) => ({ ...r, salt: r.salt.replace(/8=$/, '9=') })), 'malformed', 'salt');
add('extra-empty', 'An extra line that says nothing.', text(full, proof((p) => p.replace('\nindex', '\nextra \nindex'))), 'malformed', 'proof');
add('proof-version', 'Another version of tlog-proof.', text(full, proof((p) => p.replace('@v1', '@v2'))), 'malformed', 'proof');
add('index-zero', 'An index with a leading zero.', text(full, proof((p) => p.replace('index 5', 'index 05'))), 'malformed', 'proof');
add('index-huge', 'An index of 2^53.', text(full, proof((p) => p.replace('index 5', 'index 9007199254740992'))), 'malformed', 'proof');
add('hash-short', 'A hash of 31 bytes.', text(full, proof((p) => p.replace(full.path[0].toString('base64'), full.path[0].subarray(1).toString('base64')))), 'malformed', 'proof');
add('line-ends', 'Line ends of another system.', text(full, proof((p) => p.replaceAll('\n', '\r\n'))), 'malformed', 'proof');
add('checkpoint-missing', 'A proof that ends after the path.', text(full, proof((p) => p.slice(0, p.indexOf('\n\n') + 2))), 'malformed', 'checkpoint');
add('checkpoint-size', 'A size with a plus.', text(full, proof((p) => p.replace('\n11\n', '\n+11\n'))), 'malformed', 'checkpoint');
add('no-signature', 'A checkpoint that nobody signed.', text(full, proof((p) => p.slice(0, p.indexOf('\n— ') + 1))), 'malformed', 'checkpoint');
add('last-line-open', 'The last line does not end.', text(full, proof((p) => p.slice(0, -1))), 'malformed', 'checkpoint');
add('line-after', 'An empty line after the last line.', text(full, proof((p) => `${p}\n`)), 'malformed', 'checkpoint');
add('signatures-33', 'Thirty-three lines, of which thirty are of strangers.', text(full, proof((p) => `${p}${'— stranger.example AAAAAAA=\n'.repeat(30)}`)), 'malformed', 'checkpoint');
add('name-with-space', 'A signature whose name has a full-width blank.', text(full, proof((p) => `${p}— a\u3000b AAAAAAA=\n`)), 'malformed', 'checkpoint');
add('index-beyond', 'An index that the tree does not have.', text(full, proof((p) => p.replace('index 5', 'index 11'))), 'malformed', 'path');
add('size-none', 'A tree without leaves has no place for a record.', text({ ...full, index: 0, size: 0, path: [] }), 'malformed', 'path');
add('path-short', 'A hash too few.', text({ ...full, path: full.path.slice(0, -1) }), 'malformed', 'path');
add('path-long', 'A hash too many.', text({ ...full, path: [...full.path, full.path[0]] }), 'malformed', 'path');
add('record-no-json', 'A log that vouches for something that is no record.', text(alone('{"v":1')), 'malformed', 'record');
add('record-body-twice', 'A record that binds two bodies.', text(alone('{"body":"","body":""}')), 'malformed', 'record');
add('record-deep', 'Seventeen objects and arrays open at once, the record itself counted.', text(alone(`{"v":${'['.repeat(16)}${']'.repeat(16)}}`)), 'malformed', 'record');
add('record-half-a-pair', 'Half a pair of surrogates in the record.', text(alone('{"v":"\\ud800"}')), 'malformed', 'record');
add('record-mark', 'A record that begins with a byte order mark.', text(alone('\ufeff{}')), 'malformed', 'record');
add('record-at-long', 'A time of 32 bytes.', text(alone(`{"at":"${'1'.repeat(32)}"}`)), 'malformed', 'record');

export const made = cases.map(({ name, about, receipt, verdict, reason, keys }) => ({
	name,
	vector: {
		about,
		keys: { log: [log.vkey], witness: [w1.vkey, w2.vkey], ...keys },
		...(typeof receipt === 'string' ? { receipt } : { receipt_base64: receipt.toString('base64') }),
		verdict, reason,
	},
}));
export const fileOf = (name) => new URL(`../vectors/receipt/${name}.json`, import.meta.url);
export const textOf = (vector) => `${JSON.stringify(vector, null, ' ')}\n`;
export const bytesOf = (vector) => vector.receipt_base64 === undefined ? Buffer.from(vector.receipt) : Buffer.from(vector.receipt_base64, 'base64');

if (process.argv[1] === import.meta.filename && process.argv[2] === 'write')
	for (const { name, vector } of made)
		writeFileSync(fileOf(name), textOf(vector));
