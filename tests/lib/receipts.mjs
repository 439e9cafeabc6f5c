// Makes receipts with Node's own SHA-256 and Ed25519: neither of the two readers under test.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

export const sha256 = (...parts) => { const h = createHash('sha256'); for (const p of parts) h.update(p); return h.digest(); };
export const entryOf = (record, salt) => sha256('wzm-record-1\n', salt, record);
export const leafOf = (entry) => sha256(Buffer.of(0), entry);
export const nodeOf = (left, right) => sha256(Buffer.of(1), left, right);
export const bodyHash = (body, salt) => sha256('wzm-body-1\n', salt, body);

// A key of a seed: type 1 signs checkpoints, type 4 cosigns them.
export const keyOf = (name, seed, type = 1) => {
	const secret = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
	const material = Buffer.concat([Buffer.of(type), createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32)]);
	const id = sha256(name, '\n', material).subarray(0, 4);
	return { name, type, secret, id, vkey: `${name}+${id.toString('hex')}+${material.toString('base64')}` };
};
export const seedOf = (text) => sha256(`test seed ${text}`);

const line = (key, bytes) => `— ${key.name} ${Buffer.concat([key.id, bytes]).toString('base64')}\n`;
export const signedBy = (key, text) => line(key, sign(null, Buffer.from(text), key.secret));
export const cosignedBy = (key, text, time) => {
	const when = Buffer.alloc(8);
	when.writeBigUInt64BE(BigInt(time));
	return line(key, Buffer.concat([when, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key.secret)]));
};
export const headOf = (origin, size, root) => `${origin}\n${size}\n${root.toString('base64')}\n`;

// A tree of any size of which one leaf is known: what stands beside the leaf's way is made up, as the
// root of a subtree that nobody looks into.  RFC 6962: siblings up to where the way joins the right edge,
// then one to the left for each bit that is set.
export const treeOf = (leaf, index, size, made = (level) => sha256(`subtree ${level} beside ${index}`)) => {
	const path = [];
	let at = BigInt(index), last = BigInt(size) - 1n, root = leaf;
	for (let level = 0; last > 0n; level++, at >>= 1n, last >>= 1n) {
		const right = (at & 1n) === 1n;
		if (!right && at === last)
			continue;
		const beside = made(level);
		path.push(beside);
		root = right ? nodeOf(beside, root) : nodeOf(root, beside);
	}
	return { path, root };
};

// The root of all leaves and the path of one, by the recursive definition.
export const rootOf = (leaves) => {
	if (leaves.length === 1)
		return leaves[0];
	const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
	return nodeOf(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
};
export const pathOf = (leaves, index) => {
	if (leaves.length === 1)
		return [];
	const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
	return index < half ? [...pathOf(leaves.slice(0, half), index), rootOf(leaves.slice(half))] :
		[...pathOf(leaves.slice(half), index - half), rootOf(leaves.slice(0, half))];
};

export const proofOf = ({ index, path, extra }, checkpoint) => ['c2sp.org/tlog-proof@v1', ...(extra ? [`extra ${extra}`] : []),
	`index ${index}`, ...path.map((p) => p.toString('base64')), '', checkpoint].join('\n');

// made: { record, salt, body, bodySalt, index, path, root, size, log, witnesses: [[key, time]], extension, extra }
export const checkpointOf = (made) => {
	const head = headOf(made.origin ?? made.log.name, made.size, made.root) + (made.extension ? `${made.extension}\n` : '');
	return `${head}\n${signedBy(made.log, head)}${(made.witnesses ?? []).map(([key, time]) => cosignedBy(key, head, time)).join('')}`;
};
export const receiptOf = (made) => ({
	wzm_receipt: 1, record: made.record, salt: made.salt.toString('base64'),
	...(made.body === undefined ? {} : { body: made.body, body_salt: made.bodySalt.toString('base64') }),
	proof: proofOf(made, checkpointOf(made)),
});
