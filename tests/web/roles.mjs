// Who works with the pages, and the files in which each does a whole job.  web plays each on its own screen;
// `node tests/web/roles.mjs 1920x1080` names the files to be played on another one, WZM_VIEWPORT=1920x1080.
import { pathToFileURL } from 'node:url';

export const SCREENS = ['1366x768', '1920x1080', '360x780'];
const [COUNTER, , PHONE] = SCREENS;
export const ROLES = [
	{ role: 'the counter, by keys alone', own: COUNTER, files: ['keyboard'] },
	{ role: 'the counter', own: COUNTER, files: ['house', 'dispute', 'joint'] },
	{ role: 'the desk', own: COUNTER, files: ['desk', 'desks'] },
	{ role: 'the data steward', own: COUNTER, files: ['dispute'] },
	{ role: 'the lead agency of a life event', own: COUNTER, files: ['joint'] },
	{ role: 'the supervisor', own: COUNTER, files: ['desks', 'complaint', 'joint', 'reform'] },
	{ role: 'the reform office, a county, the experts, the auditor', own: COUNTER, files: ['reform'] },
	{ role: 'the applicant at the counter\'s second screen', own: COUNTER, files: ['screen'] },
	{ role: 'the applicant at home', own: PHONE, files: ['newborn', 'sign', 'public-form'] },
	{ role: 'who is still asked for paper', own: PHONE, files: ['complaint'] },
	{ role: 'anybody with a receipt', own: PHONE, files: ['receipt'] },
];

/** What is still to be played on a screen: a file in which somebody is not on it anyway. */
export const filesFor = (screen) => [...new Set(ROLES.filter(({ own }) => own !== screen).flatMap(({ files }) => files))].sort();

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const [, , screen] = process.argv;
	if (!SCREENS.includes(screen)) {
		console.error(`which screen: ${SCREENS.join(', ')}`);
		process.exit(2);
	}
	console.log(filesFor(screen).map((name) => `tests/web/${name}.test.mjs`).join('\n'));
}
