/* Where two names differ, in characters: the longest common subsequence stays unmarked. */
import type { Mark } from "./marks";

/* Of the characters that are not kept, the stretches. */
function stretches(kept: boolean[]): Mark[] {
	const marks: Mark[] = [];
	kept.forEach((same, i) => {
		const last = marks[marks.length - 1];
		if (same)
			return;
		if (last !== undefined && last.to === i)
			last.to = i + 1;
		else
			marks.push({ from: i, to: i + 1 });
	});
	return marks;
}

export function differ(left: string, right: string): { left: Mark[]; right: Mark[] } {
	const a = [...left], b = [...right];
	const width = b.length + 1;
	const long = new Uint16Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--)
			long[i * width + j] = a[i] === b[j] ? long[(i + 1) * width + j + 1]! + 1 :
			    Math.max(long[(i + 1) * width + j]!, long[i * width + j + 1]!);
	const keptA = a.map(() => false), keptB = b.map(() => false);
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		if (a[i] === b[j]) {
			keptA[i++] = true;
			keptB[j++] = true;
		} else if (long[(i + 1) * width + j]! >= long[i * width + j + 1]!) {
			i++;
		} else {
			j++;
		}
	}
	return { left: stretches(keptA), right: stretches(keptB) };
}
