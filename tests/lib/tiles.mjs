// A client of C2SP tlog-tiles, written from the document: knows nothing of the program but addresses.
import http from 'node:http';
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

export const sha256 = (...parts) => { const h = createHash('sha256'); for (const p of parts) h.update(p); return h.digest(); };
export const leafOf = (entry) => sha256(Buffer.of(0), entry);
const nodeOf = (left, right) => sha256(Buffer.of(1), left, right);

/** 1234067 -> x001/x234/067; with .p/ unless it is full. */
export function tilePath(index, width = 256) {
	const groups = [];
	do groups.unshift(String(index % 1000).padStart(3, '0')); while ((index = Math.floor(index / 1000)) > 0);
	return groups.map((g, i) => i < groups.length - 1 ? `x${g}` : g).join('/') + (width < 256 ? `.p/${width}` : '');
}

/** The widths of a level's tiles in a tree of a size: all full but perhaps the last. */
export function tileWidths(size, level) {
	const n = Math.floor(size / 256 ** level), widths = Array(Math.floor(n / 256)).fill(256);
	return n % 256 > 0 ? [...widths, n % 256] : widths;
}

/** RFC 6962, 2.1. */
export function treeHash(hashes) {
	if (hashes.length === 0) return sha256('');
	if (hashes.length === 1) return hashes[0];
	let k = 1;
	while (k * 2 < hashes.length) k *= 2;
	return nodeOf(treeHash(hashes.slice(0, k)), treeHash(hashes.slice(k)));
}

/** One request as it is: {status, headers, bytes}. */
export function ask(port, path, { method = 'GET', headers = {} } = {}) {
	return new Promise((done, failed) => {
		const req = http.request({ host: '127.0.0.1', port, path, method, headers }, (res) => {
			const parts = [];
			res.on('data', (d) => parts.push(d));
			res.on('error', failed);
			res.on('end', () => done({ status: res.statusCode, headers: res.headers, bytes: Buffer.concat(parts) }));
		});
		req.on('error', failed);
		req.end();
	});
}

/** Whether the note carries a signature of this verifier key, name+id+key, that holds (C2SP signed-note). */
export function isSigned(note, vkey) {
	const [, name, id, encoded] = /^(.*)\+([0-9a-f]{8})\+(.*)$/.exec(vkey), material = Buffer.from(encoded, 'base64');
	assert.equal(sha256(name, '\n', material).subarray(0, 4).toString('hex'), id);
	assert.equal(material[0], 1, 'Ed25519');
	const cut = note.lastIndexOf('\n\n'), text = note.slice(0, cut + 1);
	const key = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), material.subarray(1)]), format: 'der', type: 'spki' });
	return note.slice(cut + 2).split('\n').some((line) => {
		if (!line.startsWith(`— ${name} `)) return false;
		const bytes = Buffer.from(line.slice(`— ${name} `.length), 'base64');
		return bytes.subarray(0, 4).toString('hex') === id && verify(null, Buffer.from(text), key, bytes.subarray(4));
	});
}

export class TileLog {
	constructor(port, name) { Object.assign(this, { port, name, fetched: 0 }); }

	async get(what, headers = {}) {
		const r = await ask(this.port, `/log/${this.name}/${what}`, { headers });
		assert.equal(r.status, 200, `${what}: ${r.bytes}`);
		this.fetched++;
		return r.headers['content-encoding'] === 'gzip' ? gunzipSync(r.bytes) : r.bytes;
	}

	/** {origin, size, root, text} of the checkpoint; whether it is signed rightly is another matter. */
	async checkpoint() {
		const text = (await this.get('checkpoint')).toString('utf8');
		const [origin, size, root, ...rest] = text.split('\n\n')[0].split('\n');
		assert.match(size, /^(0|[1-9][0-9]*)$/);
		assert.deepEqual(rest, []);
		return { origin, size: Number(size), root: Buffer.from(root, 'base64'), text };
	}

	/** The hashes of a level in a tree of this size. */
	async level(size, level) {
		const hashes = [];
		for (const [i, width] of tileWidths(size, level).entries()) {
			const tile = await this.get(`tile/${level}/${tilePath(i, width)}`);
			assert.equal(tile.length, 32 * width);
			for (let k = 0; k < width; k++) hashes.push(tile.subarray(32 * k, 32 * k + 32));
		}
		return hashes;
	}

	/** The entries of a tree of this size. */
	async entries(size, headers = {}) {
		const entries = [];
		for (const [i, width] of tileWidths(size, 0).entries()) {
			const bundle = await this.get(`tile/entries/${tilePath(i, width)}`, headers);
			let at = 0;
			for (let k = 0; k < width; k++) {
				const length = bundle.readUInt16BE(at);
				entries.push(bundle.subarray(at + 2, at + 2 + length));
				at += 2 + length;
			}
			assert.equal(at, bundle.length, 'a bundle ends with its last entry');
		}
		return entries;
	}

	/**
	 * The root of a tree of this size, from the leaves, after every tile of every level was
	 * held against the one below it.
	 */
	async root(size) {
		const leaves = await this.level(size, 0);
		let below = leaves;
		for (let level = 1; tileWidths(size, level).length > 0; level++) {
			const hashes = await this.level(size, level);
			hashes.forEach((h, i) => assert.deepEqual(h, treeHash(below.slice(256 * i, 256 * i + 256)), `level ${level}, hash ${i}`));
			below = hashes;
		}
		return treeHash(leaves);
	}
}
