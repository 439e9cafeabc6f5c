/*
 * Checks receipts, as docs/protocol.md says: a second reader that shares nothing with the one
 * in C (src/verify), so that an error of one is seen by the other.  Nothing leaves the page.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

export const RECEIPT_MAX = 4194304;
const RECORD_MAX = 16384;
const BODY_MAX = 1048576;
const PROOF_MAX = 131072;
const TEXT_MAX = 16384;
const NAME_MAX = 255;
const SIGNATURES_MAX = 32;
const SIGNATURE_MAX = 8192;
const PATH_MAX = 64;
/* arrays and objects open at once */
const DEPTH_MAX = 16;

export type Verdict = "match" | "mismatch" | "malformed";
type Point = InstanceType<typeof ed25519.Point>;
export interface Key { name: string; id: Uint8Array; type: number; bytes: Uint8Array; point: Point }
export interface Keys { logs: Key[]; witnesses: Key[]; quorum?: number }
export interface Finding {
	verdict: Verdict;
	/* "" for a match, else one of the words of docs/protocol.md */
	reason: string;
	origin: string;
	index: number;
	size: number;
	witnesses: number;
	/* the earliest time of a witness, seconds since 1970; 0 without one */
	witnessed: number;
	/* only for a match */
	at: string;
	record: string | null;
	body: string | null;
}

/* What ends the reading: a verdict and its reason. */
class End extends Error {
	verdict: Verdict;
	reason: string;
	constructor(verdict: Verdict, reason: string) {
		super(reason);
		this.verdict = verdict;
		this.reason = reason;
	}
}

const malformed = (reason: string) => new End("malformed", reason);
const mismatch = (reason: string) => new End("mismatch", reason);
const bytes = (text: string) => new TextEncoder().encode(text);

function joined(...parts: Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		all.set(p, at);
		at += p.length;
	}
	return all;
}

const hash = (...parts: Uint8Array[]) => sha256(joined(...parts));
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i]);

/* --- Base64 (RFC 4648, section 4), exactly as an encoder writes it --- */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(data: Uint8Array): string {
	let text = "";
	for (let i = 0; i < data.length; i += 3) {
		const group = (data[i]! << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
		text += DIGITS[group >> 18]! + DIGITS[(group >> 12) & 63]! +
			(i + 1 < data.length ? DIGITS[(group >> 6) & 63]! : "=") +
			(i + 2 < data.length ? DIGITS[group & 63]! : "=");
	}
	return text;
}

/* null for anything that base64() would not have written. */
function unbase64(text: string): Uint8Array | null {
	if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
		return null;
	const digits = text.replace(/=+$/, "");
	const data = new Uint8Array(Math.floor((digits.length * 3) / 4));
	let held = 0, bits = 0, at = 0;
	for (const c of digits) {
		held = ((held << 6) | DIGITS.indexOf(c)) & 0xfff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			data[at++] = (held >> bits) & 0xff;
		}
	}
	return base64(data) === text ? data : null;
}

const unbase64Of = (text: string, length: number) => {
	const data = unbase64(text);
	return data !== null && data.length === length ? data : null;
};

/* --- JSON (RFC 8259), strictly; a string's text is what it says, half a pair is an error --- */

class Json {
	text: string;
	at = 0;
	wrong: string;
	constructor(text: string, wrong: string) {
		this.text = text;
		this.wrong = wrong;
	}
	fail(): never {
		throw malformed(this.wrong);
	}
	blank() {
		while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at]!))
			this.at++;
	}
	take(c: string): boolean {
		this.blank();
		if (this.text[this.at] !== c)
			return false;
		this.at++;
		return true;
	}
	need(c: string) {
		if (!this.take(c))
			this.fail();
	}
	string(): string {
		this.need('"');
		let said = "";
		for (;;) {
			let end = this.at;
			while (end < this.text.length && this.text[end] !== '"' && this.text[end] !== "\\" && this.text[end]! >= " ")
				end++;
			said += this.text.slice(this.at, end);
			this.at = end + 1;
			if (this.text[end] === '"')
				return said;
			if (this.text[end] !== "\\")
				this.fail();
			said += this.escape();
		}
	}
	escape(): string {
		const c = this.text[this.at++] ?? this.fail();
		if (c !== "u") {
			const which = '"\\/bfnrt'.indexOf(c);
			return which < 0 ? this.fail() : '"\\/\b\f\n\r\t'[which]!;
		}
		const unit = this.unit();
		if (unit < 0xd800 || unit > 0xdfff)
			return String.fromCharCode(unit);
		if (unit > 0xdbff || this.text.slice(this.at, this.at + 2) !== "\\u")
			this.fail();
		this.at += 2;
		const low = this.unit();
		if (low < 0xdc00 || low > 0xdfff)
			this.fail();
		return String.fromCharCode(unit, low);
	}
	unit(): number {
		const digits = this.text.slice(this.at, this.at + 4);
		if (!/^[0-9a-fA-F]{4}$/.test(digits))
			this.fail();
		this.at += 4;
		return parseInt(digits, 16);
	}
	/* Passes a value that stands in an object; what it was is its text. */
	value(depth = DEPTH_MAX - 1): string {
		this.blank();
		const from = this.at;
		const c = this.text[this.at];
		if (c === "{" || c === "[") {
			this.at++;
			this.members(c === "{" ? "}" : "]", depth);
		} else if (c === '"') {
			this.string();
		} else {
			const plain = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE+-])/y;
			plain.lastIndex = this.at;
			if (!plain.test(this.text))
				this.fail();
			this.at = plain.lastIndex;
		}
		return this.text.slice(from, this.at);
	}
	members(close: string, depth: number) {
		if (depth === 0)
			this.fail();
		if (this.take(close))
			return;
		do {
			if (close === "}") {
				this.string();
				this.need(":");
			}
			this.value(depth - 1);
		} while (this.take(","));
		this.need(close);
	}
	end() {
		this.blank();
		if (this.at !== this.text.length)
			this.fail();
	}
}

/* --- The receipt's members --- */

interface Members { record: Uint8Array; salt: string; body?: Uint8Array; body_salt?: string; proof: string }

const LIMITS = new Map([["wzm_receipt", 0], ["record", RECORD_MAX], ["salt", 44], ["body", BODY_MAX],
	["body_salt", 44], ["proof", PROOF_MAX]]);

function readMembers(text: string): Members {
	const json = new Json(text, "json");
	const found: Record<string, string> = Object.create(null);
	json.need("{");
	do {
		const name = json.string();
		json.need(":");
		const limit = LIMITS.get(name);
		if (limit === undefined || name in found)
			throw malformed("members");
		if (name === "wzm_receipt") {
			found[name] = json.value();
			if (found[name] !== "1")
				throw malformed("version");
			continue;
		}
		found[name] = json.string();
		if (bytes(found[name]).length > limit)
			throw malformed("too_large");
	} while (json.take(","));
	json.need("}");
	json.end();
	const { record, salt, body, body_salt, proof } = found;
	if (found.wzm_receipt === undefined || record === undefined || salt === undefined || proof === undefined ||
	    (body === undefined) !== (body_salt === undefined))
		throw malformed("members");
	return body === undefined || body_salt === undefined ? { record: bytes(record), salt, proof } :
		{ record: bytes(record), salt, proof, body: bytes(body), body_salt };
}

/* --- tlog-proof --- */

interface Proof { index: number; path: Uint8Array[]; checkpoint: string }

function decimal(text: string): number {
	return /^(0|[1-9][0-9]{0,15})$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER ? Number(text) : -1;
}

function readProof(text: string): Proof {
	const wrong = malformed("proof");
	let at = 0;
	const line = () => {
		const end = text.indexOf("\n", at);
		if (end < 0)
			throw wrong;
		const l = text.slice(at, end);
		at = end + 1;
		return l;
	};
	if (line() !== "c2sp.org/tlog-proof@v1")
		throw wrong;
	let l = line();
	if (l.startsWith("extra ")) {
		if (l.length === 6 || unbase64(l.slice(6)) === null)
			throw wrong;
		l = line();
	}
	const index = l.startsWith("index ") ? decimal(l.slice(6)) : -1;
	if (index < 0)
		throw wrong;
	const path: Uint8Array[] = [];
	while ((l = line()) !== "") {
		const node = unbase64Of(l, 32);
		if (node === null || path.length === PATH_MAX)
			throw wrong;
		path.push(node);
	}
	return { index, path, checkpoint: text.slice(at) };
}

/* --- signed-note, tlog-checkpoint, tlog-cosignature --- */

interface Signature { name: string; bytes: Uint8Array }
interface Checkpoint { text: string; origin: string; size: number; root: Uint8Array; signatures: Signature[] }

/* Characters with the property White_Space, plus, and control characters: not in a key's name. */
const NOT_IN_NAMES = /[\u0000-\u0020+\u007f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const isName = (name: string) => name !== "" && bytes(name).length <= NAME_MAX && !NOT_IN_NAMES.test(name);

function readSignature(line: string): Signature {
	const wrong = malformed("checkpoint");
	if (!line.startsWith("\u2014 "))
		throw wrong;
	const space = line.indexOf(" ", 2);
	const name = line.slice(2, space), text = line.slice(space + 1);
	const data = space < 0 ? null : unbase64(text);
	if (!isName(name) || data === null || data.length <= 4 || data.length > SIGNATURE_MAX)
		throw wrong;
	return { name, bytes: data };
}

function readCheckpoint(note: string): Checkpoint {
	const wrong = malformed("checkpoint");
	const empty = note.indexOf("\n\n");
	if (empty < 0 || /[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.endsWith("\n"))
		throw wrong;
	const text = note.slice(0, empty + 1);
	const lines = note.slice(empty + 2).split("\n").slice(0, -1);
	if (bytes(text).length > TEXT_MAX || lines.length === 0 || lines.length > SIGNATURES_MAX)
		throw wrong;
	const signatures = lines.map(readSignature);
	const [origin, size, root] = text.split("\n");
	const read = { size: decimal(size ?? ""), root: unbase64Of(root ?? "", 32) };
	if (!origin || bytes(origin).length > NAME_MAX || read.size < 0 || read.root === null)
		throw wrong;
	return { text, origin, size: read.size, root: read.root, signatures };
}

/* Reads "name+hash+base64" of the type: 1 for a log, 4 for a witness; null if it is no such key. */
export function readKey(vkey: string, type: number): Key | null {
	const [, name, hex, text] = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})$/.exec(vkey) ?? [];
	const material = text === undefined ? null : unbase64Of(text, 33);
	if (name === undefined || !isName(name) || material === null || material[0] !== type)
		return null;
	const id = hash(bytes(name + "\n"), material).slice(0, 4);
	const point = readPoint(material.slice(1));
	return Array.from(id, (b) => b.toString(16).padStart(2, "0")).join("") === hex && point !== null ?
		{ name, id, type, bytes: material.slice(1), point } : null;
}

/* The keys of these lines, and the first line that is no such key or has the name and id of one before it. */
export function readKeys(lines: string[], type: number): { keys: Key[]; wrong: string | undefined } {
	const keys: Key[] = [];
	for (const line of lines) {
		const key = readKey(line, type);
		if (key === null || keys.some((k) => k.name === key.name && same(k.id, key.id)))
			return { keys, wrong: line };
		keys.push(key);
	}
	return { keys, wrong: undefined };
}

/* The point of the large prime order whose canonical bytes these are. */
function readPoint(encoded: Uint8Array): Point | null {
	try {
		const point = ed25519.Point.fromBytes(encoded, false);
		return !point.is0() && point.isTorsionFree() ? point : null;
	} catch {
		return null;
	}
}

/* A number whose lowest byte comes first. */
const little = (data: Uint8Array) => data.reduceRight((n, b) => (n << 8n) | BigInt(b), 0n);

/*
 * [S]B = R + [k]A as libsodium has it: R compared as bytes, without the factor 8 that the verify()
 * of this library puts in, which lets whoever has the key make signatures that only some take.
 */
function signed(signature: Uint8Array, message: Uint8Array, key: Key): boolean {
	const { BASE, Fn } = ed25519.Point;
	const encoded = signature.slice(0, 32), s = little(signature.slice(32));
	if (s >= Fn.ORDER)
		return false;
	const k = little(sha512(joined(encoded, key.bytes, message))) % Fn.ORDER;
	const r = BASE.multiplyUnsafe(s).subtract(key.point.multiplyUnsafe(k));
	return !r.is0() && same(r.toBytes(), encoded);
}

/* The time of a cosignature, 0 of a log's signature; null where it does not hold. */
function holds(checkpoint: Checkpoint, key: Key, signature: Uint8Array): number | null {
	if (key.type === 1)
		return signature.length === 68 && signed(signature.slice(4), bytes(checkpoint.text), key) ? 0 : null;
	if (signature.length !== 76)
		return null;
	const view = new DataView(signature.buffer, signature.byteOffset);
	const time = (BigInt(view.getUint32(4)) << 32n) | BigInt(view.getUint32(8));
	if (time >> 63n !== 0n)
		return null;
	const message = bytes(`cosignature/v1\ntime ${time}\n${checkpoint.text}`);
	return signed(signature.slice(12), message, key) ? Number(time) : null;
}

/* The time of the last of the key's lines; null if there is none; throws if one is false. */
function checkKey(checkpoint: Checkpoint, key: Key, wrong: string): number | null {
	let last: number | null = null;
	for (const s of checkpoint.signatures) {
		if (s.name !== key.name || !same(s.bytes.slice(0, 4), key.id))
			continue;
		const time = holds(checkpoint, key, s.bytes);
		if (time === null)
			throw mismatch(wrong);
		last = time;
	}
	return last;
}

/* --- RFC 6962 --- */

/* Whether path leads from the leaf to the root; throws if it is too long or too short. */
function included(leaf: Uint8Array, index: number, size: number, path: Uint8Array[], root: Uint8Array): boolean {
	if (index >= size)
		throw malformed("path");
	let at = BigInt(index), last = BigInt(size) - 1n, node = leaf;
	const left = Uint8Array.of(1);
	for (const p of path) {
		if (last === 0n)
			throw malformed("path");
		if ((at & 1n) === 1n || at === last) {
			node = hash(left, p, node);
			while ((at & 1n) === 0n && at !== 0n) {
				at >>= 1n;
				last >>= 1n;
			}
		} else {
			node = hash(left, node, p);
		}
		at >>= 1n;
		last >>= 1n;
	}
	if (last !== 0n)
		throw malformed("path");
	return same(node, root);
}

/* --- The whole --- */

/* What of a proven record is needed. */
function readRecord(record: Uint8Array): { at: string; body: string } {
	const json = new Json(new TextDecoder("utf-8", { ignoreBOM: true }).decode(record), "record");
	const found: Record<string, string> = Object.create(null);
	json.need("{");
	if (!json.take("}")) {
		do {
			const name = json.string();
			json.need(":");
			if (name !== "at" && name !== "body") {
				json.value();
				continue;
			}
			const text = json.string();
			if (name in found || bytes(text).length > (name === "at" ? 31 : 44))
				json.fail();
			found[name] = text;
		} while (json.take(","));
		json.need("}");
	}
	json.end();
	return { at: found.at ?? "", body: found.body ?? "" };
}

function check(receipt: Uint8Array, keys: Keys, found: Finding) {
	if (receipt.length > RECEIPT_MAX)
		throw malformed("too_large");
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(receipt);
	} catch {
		throw malformed("json");
	}
	const members = readMembers(text);
	const salt = unbase64Of(members.salt, 32);
	const bodySalt = members.body_salt === undefined ? new Uint8Array(0) : unbase64Of(members.body_salt, 32);
	if (salt === null || bodySalt === null)
		throw malformed("salt");
	const proof = readProof(members.proof);
	const checkpoint = readCheckpoint(proof.checkpoint);
	Object.assign(found, { origin: checkpoint.origin, index: proof.index, size: checkpoint.size });
	const entry = hash(bytes("wzm-record-1\n"), salt, members.record);
	const proven = included(hash(Uint8Array.of(0), entry), proof.index, checkpoint.size, proof.path, checkpoint.root);

	const logs = keys.logs.filter((key) => key.name === checkpoint.origin);
	const byLog = logs.filter((key) => checkKey(checkpoint, key, "signature") !== null);
	if (byLog.length === 0)
		throw mismatch(logs.length === 0 ? "unknown_log" : "unsigned");
	for (const key of keys.witnesses) {
		const time = checkKey(checkpoint, key, "cosignature");
		if (time !== null) {
			found.witnessed = found.witnesses === 0 ? time : Math.min(time, found.witnessed);
			found.witnesses++;
		}
	}
	if (found.witnesses < (keys.quorum ?? keys.witnesses.length))
		throw mismatch("quorum");
	if (!proven)
		throw mismatch("root");
	const record = readRecord(members.record);
	if (members.body !== undefined &&
	    base64(hash(bytes("wzm-body-1\n"), bodySalt, members.body)) !== record.body)
		throw mismatch("body");
	const plain = new TextDecoder("utf-8", { ignoreBOM: true });
	Object.assign(found, { verdict: "match", reason: "", at: record.at, record: plain.decode(members.record),
		body: members.body === undefined ? null : plain.decode(members.body) });
}

/* Any bytes have a verdict; a quorum that the witnesses cannot reach has none. */
export function verify(receipt: Uint8Array, keys: Keys): Finding {
	const found: Finding = { verdict: "malformed", reason: "", origin: "", index: 0, size: 0, witnesses: 0,
		witnessed: 0, at: "", record: null, body: null };
	if (keys.quorum !== undefined && !(keys.quorum >= 0 && keys.quorum <= keys.witnesses.length))
		throw new RangeError("quorum");
	try {
		check(receipt, keys, found);
	} catch (e) {
		if (!(e instanceof End))
			throw e;
		found.verdict = e.verdict;
		found.reason = e.reason;
	}
	return found;
}
