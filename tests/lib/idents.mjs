// Numbers for the tests: check characters computed from the standards, apart from the program.

/** GB 11643: 17 digits and the check character. */
export function citizen(first17) {
	const weight = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	const sum = weight.reduce((s, w, i) => s + w * Number(first17[i]), 0);
	return first17 + '10X98765432'[sum % 11];
}

/** GB 32100: 17 characters and the check character. */
const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY';
export function uscc(first17) {
	let sum = 0;
	for (let i = 0, w = 1; i < 17; i++, w = w * 3 % 31) sum += USCC.indexOf(first17[i]) * w;
	return first17 + USCC[(31 - sum % 31) % 31];
}

/** GB 11714: the organisation code in a USCC, 8 characters and the check character. */
export function organisation(first8) {
	const weight = [3, 7, 9, 10, 5, 8, 4, 2], alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
	const check = 11 - weight.reduce((s, w, i) => s + w * alphabet.indexOf(first8[i]), 0) % 11;
	return first8 + (check === 10 ? 'X' : check % 11);
}

/** ISO 7064 MOD 37,36 over the characters of a case number before its last; "-" does not count. */
const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export function caseCheck(number) {
	let p = 36;
	for (const c of number.slice(0, -1).replaceAll('-', '')) {
		p = (p + BASE36.indexOf(c)) % 36 || 36;
		p = p * 2 % 37;
	}
	return BASE36[(37 - p) % 36];
}

/** Another character than the right one, at a position: a typing error. */
export function mistype(number, at) {
	const c = number[at];
	return number.slice(0, at) + (c === '7' ? '8' : '7') + number.slice(at + 1);
}
