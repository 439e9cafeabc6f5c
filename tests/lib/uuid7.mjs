// UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits.
import { randomBytes } from 'node:crypto';

export function uuid7(at = Date.now()) {
	const b = randomBytes(16);
	b.writeUIntBE(at, 0, 6);
	b[6] = 0x70 | (b[6] & 0x0f);
	b[8] = 0x80 | (b[8] & 0x3f);
	const h = b.toString('hex');
	return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join('-');
}
