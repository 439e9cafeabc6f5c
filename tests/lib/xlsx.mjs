// Workbooks as other programs write them, made apart from the program's own writer: shared
// strings, cells without references, numbers for days; packed without compression.
import { crc32 } from 'node:zlib';

/** A zip archive of {name: text or Buffer}. */
export function zip(files) {
	const parts = [], directory = [];
	let at = 0;
	for (const [name, content] of Object.entries(files)) {
		const bytes = Buffer.from(content), label = Buffer.from(name), head = Buffer.alloc(30), entry = Buffer.alloc(46);
		head.writeUInt32LE(0x04034b50, 0);
		head.writeUInt16LE(20, 4);
		head.writeUInt32LE(crc32(bytes), 14);
		head.writeUInt32LE(bytes.length, 18);
		head.writeUInt32LE(bytes.length, 22);
		head.writeUInt16LE(label.length, 26);
		entry.writeUInt32LE(0x02014b50, 0);
		entry.writeUInt16LE(20, 4);
		head.copy(entry, 6, 4, 30);
		entry.writeUInt32LE(at, 42);
		parts.push(head, label, bytes);
		directory.push(entry, label);
		at += head.length + label.length + bytes.length;
	}
	const list = Buffer.concat(directory), end = Buffer.alloc(22), n = Object.keys(files).length;
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(n, 8);
	end.writeUInt16LE(n, 10);
	end.writeUInt32LE(list.length, 12);
	end.writeUInt32LE(at, 16);
	return Buffer.concat([...parts, list, end]);
}

/** The files of an archive that was packed without compression or with it, by name. */
export async function unzip(bytes) {
	const { inflateRawSync } = await import('node:zlib');
	const files = {}, end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
	for (let i = 0, at = bytes.readUInt32LE(end + 16); i < bytes.readUInt16LE(end + 10); i++) {
		const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)), local = bytes.readUInt32LE(at + 42);
		const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
		files[name] = bytes.readUInt16LE(at + 10) === 0 ? Buffer.from(packed) : inflateRawSync(packed);
		at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}
	return files;
}

const plain = (s) => s.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const letters = (ref) => [...ref.replace(/\d+$/, '')].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;

/** What a workbook holds, read apart from the program's own reader: {sheet: {rows, xml}}; numbers are numbers, empty cells ''. */
export async function readWorkbook(bytes) {
	const files = await unzip(bytes), text = (name) => files[name].toString('utf8');
	const strings = [...text('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => plain([...m[1].matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map((t) => t[1]).join('')));
	const names = [...text('xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map((m) => plain(m[1]));
	return Object.fromEntries(names.map((name, i) => {
		const xml = text(`xl/worksheets/sheet${i + 1}.xml`), rows = [];
		for (const [, r, cells] of xml.matchAll(/<row r="(\d+)"[^>]*>(.*?)<\/row>/gs)) {
			const row = rows[r - 1] = [];
			for (const [, ref, type, v] of cells.matchAll(/<c r="([A-Z]+\d+)"[^>]*?(?: t="(\w+)")?(?:\/>|><v>(.*?)<\/v><\/c>)/g))
				row[letters(ref)] = v === undefined ? '' : type === 's' ? strings[v] : Number(v);
		}
		return [name, { rows, xml }];
	}));
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (list) => `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
	.map(([type, target], i) => `<Relationship Id="r${i + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
const escape = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const dayNumber = (day) => Date.parse(day) / 86400000 + 25569;

/** A workbook of {sheet: rows of texts}; a Date is a cell that is shown as a day. */
export function workbook(sheets) {
	const strings = [], names = Object.keys(sheets);
	const shared = (s) => (strings.indexOf(s) + 1 || strings.push(s)) - 1;
	const cell = (v) => v === '' ? '<c/>' : v instanceof Date ? `<c s="1"><v>${dayNumber(v.toISOString().slice(0, 10))}</v></c>` :
		`<c t="s"><v>${shared(v)}</v></c>`;
	const parts = Object.fromEntries(names.map((name, i) => [`xl/worksheets/sheet${i + 1}.xml`,
		`<worksheet xmlns="${MAIN}"><sheetData>${sheets[name].map((r) => `<row>${r.map(cell).join('')}</row>`).join('')}</sheetData></worksheet>`]));
	return zip({
		'_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
		'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.map((name, i) =>
			`<sheet name="${escape(name)}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': relations([...names.map((_, i) => ['worksheet', `worksheets/sheet${i + 1}.xml`]),
			['sharedStrings', 'sharedStrings.xml'], ['styles', 'styles.xml']]),
		'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${strings.map((s) => `<si><t xml:space="preserve">${escape(s)}</t></si>`).join('')}</sst>`,
		'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		...parts,
	});
}
