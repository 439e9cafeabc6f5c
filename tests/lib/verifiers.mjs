// Three readers of receipts that share nothing: the library in C, through its driver, the page's, and one in Python.
import { spawnSync } from 'node:child_process';
import { readKeys, verify } from '../../web/src/verify/receipt.ts';

export const driver = process.env.RECEIPT_DRIVER;

const lines = ({ log, witness, quorum }) => [...log.map((k) => `log ${k}`), ...witness.map((k) => `witness ${k}`),
	...(quorum === undefined ? [] : [`quorum ${quorum}`])].join('\n');

// The lines that a program says of receipts that it was given with keys; a Refused where it refuses the keys.
export class Refused extends Error {}
const ask = (command, args, keys, receipts) => {
	const input = Buffer.concat([Buffer.from(`${lines(keys)}\n`), ...receipts.flatMap((r) => [Buffer.from(`receipt ${r.length}\n`), r])]);
	const run = spawnSync(command, args, { input, maxBuffer: 1 << 28 });
	if (run.status === 2)
		throw new Refused(run.stderr.toString());
	if (run.status !== 0)
		throw new Error(`${command}: ${run.status} ${run.stderr}`);
	return run.stdout.toString().trimEnd().split('\n');
};

// What the library says of each, in their order.
export const inC = (keys, receipts) =>
	ask(driver, [], keys, receipts).map((l) => {
		const [verdict, reason, index, size, witnesses, witnessed, record, body, at, ...origin] = l.split(' ');
		return { verdict, reason: reason === '-' ? '' : reason, index: Number(index), size: Number(size), witnesses: Number(witnesses),
			witnessed: Number(witnessed), record: Number(record), body: Number(body), at: at === '-' ? '' : at, origin: origin.join(' ') };
	});

const verifyPy = new URL('../receipt/verify.py', import.meta.url).pathname;
export const inPython = (keys, receipts) => ask('python3', [verifyPy, '--many'], keys, receipts).map((l) => {
	const [verdict, reason = ''] = l.split(' ');
	return { verdict, reason };
});

const keysOf = (texts, type) => {
	const { keys, wrong } = readKeys(texts, type);
	if (wrong !== undefined)
		throw new Refused(wrong);
	return keys;
};
const length = (text) => text === null ? 0 : Buffer.byteLength(text);

// The same in the form of inC().
export const inJs = ({ log, witness, quorum }, receipts) => {
	const keys = { logs: keysOf(log, 1), witnesses: keysOf(witness, 4), ...(quorum === undefined ? {} : { quorum }) };
	if (receipts.length > 1000)
		for (const { point } of [...keys.logs, ...keys.witnesses])
			point.precompute(8);
	try {
		return receipts.map((r) => {
			const found = verify(r, keys);
			return { ...found, record: length(found.record), body: length(found.body) };
		});
	} catch (e) {
		throw e instanceof RangeError ? new Refused(e.message) : e;
	}
};
