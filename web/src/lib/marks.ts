/* A name in pieces, every other one to be marked; marks count characters, as the server does. */
export interface Mark { from: number; to: number }

export function pieces(name: string, marks: readonly Mark[]): string[] {
	const characters = [...name];
	const parts: string[] = [];
	let at = 0;
	for (const mark of marks) {
		parts.push(characters.slice(at, mark.from).join(""), characters.slice(mark.from, mark.to).join(""));
		at = mark.to;
	}
	return [...parts, characters.slice(at).join("")];
}
