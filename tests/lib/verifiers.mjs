// Two readers of receipts that share nothing: the library in C, through its driver, and the page's.
import { spawnSync } from 'node:child_process';
import { readKey, verify } from '../../web/src/verify/receipt.ts';

export const driver = process.env.RECEIPT_DRIVER;

const lines = ({ log, witness, quorum }) => [...log.map((k) => `log ${k}`), ...witness.map((k) => `witness ${k}`),
	...(quorum === undefined ? [] : [`quorum ${quorum}`])].join('\n');

// What the library says of each, in their order.
export const inC = (keys, receipts) => {
	const input = Buffer.concat([Buffer.from(`${lines(keys)}\n`), ...receipts.flatMap((r) => [Buffer.from(`receipt ${r.length}\n`), r])]);
	const run = spawnSync(driver, { input, maxBuffer: 1 << 28 });
	if (run.status !== 0)
		throw new Error(`${driver}: ${run.status} ${run.stderr}`);
	return run.stdout.toString().trimEnd().split('\n').map((l) => {
		const [verdict, reason, index, size, witnesses, witnessed, record, body, at, ...origin] = l.split(' ');
		return { verdict, reason: reason === '-' ? '' : reason, index: Number(index), size: Number(size), witnesses: Number(witnesses),
			witnessed: Number(witnessed), record: Number(record), body: Number(body), at: at === '-' ? '' : at, origin: origin.join(' ') };
	});
};

const key = (text, type) => readKey(text, type) ?? (() => { throw new Error(`refused: ${text}`); })();
const length = (text) => text === null ? 0 : Buffer.byteLength(text);

// The same in the form of inC().
export const inJs = ({ log, witness, quorum }, receipts) => {
	const keys = { logs: log.map((k) => key(k, 1)), witnesses: witness.map((k) => key(k, 4)), ...(quorum === undefined ? {} : { quorum }) };
	return receipts.map((r) => {
		const found = verify(r, keys);
		return { ...found, record: length(found.record), body: length(found.body) };
	});
};
