// What the document tests share: which documents there are, and what stands in them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// The files that a clone has (and those about to be committed), without builds and packages.
export function files() {
	return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
	    { cwd: top, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0').filter(Boolean);
}

export const read = (path) => readFileSync(join(top, path), 'utf8');

// The fenced blocks of a document, in order: { language, text, line, follows }; follows says that only
// blank lines stand between the block and the one before it.
export function blocks(text) {
	const found = [];
	let open = null;
	let follows = false;
	for (const [i, line] of text.split('\n').entries()) {
		const fence = line.match(/^```(\w*)$/);
		if (open && line === '```') {
			found.push(open);
			open = null;
			follows = true;
		} else if (open) {
			open.text += line + '\n';
		} else if (fence) {
			open = { language: fence[1], text: '', line: i + 1, follows };
		} else if (line.trim() !== '') {
			follows = false;
		}
	}
	return found;
}

// The text outside fenced blocks.
export function prose(text) {
	return text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
}
