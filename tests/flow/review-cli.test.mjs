// An expert review from its question to the published list by the wzm command, against a real server.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { must, run, started } from '../lib/instance.mjs';
import { fits } from '../lib/openapi.mjs';
import { items, matterByCode, proofByCode } from '../lib/catalogue.mjs';

let instance;
before(async () => { instance = await started({ datasets: null }); });
after(() => instance?.destroy());

const where = (user = 'u-4001') => ['-d', instance.dir, '--as', user];
const shown = (args, user) => must([...args, ...where(user)]).stdout;
function json(args, user, schema = 'Review') {
	const value = JSON.parse(must([...args, ...where(user), '--json']).stdout);
	if (schema) fits({ $ref: `#/components/schemas/${schema}` }, value, `wzm ${args.join(' ')}`);
	return value;
}
function fails(status, code, args, user) {
	const r = run([...args, ...where(user), '--json']);
	assert.equal(r.status, status, r.stdout + r.stderr);
	if (code) assert.equal(JSON.parse(r.stdout).code, code);
	return r;
}
const CITE = ['--cite', '《优化营商环境条例》,第四十四条'];
const opinion = (number, vote, user, text = `主张 ${vote}`) => json(['review', 'opinion', number, '--text', text, ...CITE, '--vote', vote], user);
const fit = (f) => items().filter((i) => { const m = matterByCode().get(i.matter_code); return m.life_event === '' && f(i, m, proofByCode().get(i.proof_code)); });

test('a review is opened, argued, put off, taken up again, decided, applied and published', () => {
	const [item] = fit((i, m) => i.method === 'department_verify' && m.commitment_excluded === 'no');
	const methods = shown(['review', 'methods', item.code]);
	assert.match(methods, new RegExp(`^证明事项 +${item.code}$`, 'm'));
	assert.match(methods, /^直接取消 {2}可用$/m);
	assert.match(methods, /^数据查询 {2}不可用:“.*”没有电子化共享,不能数据查询$/m);
	const { number } = json(['review', 'open', item.code, '--question', '能否改为告知承诺', '--round', 'R-1', '--difference', 'abc']);
	assert.match(number, /^330700-\d{6}-PA\d{5}-[0-9A-Z]$/);
	fails(4, 'review_there', ['review', 'open', item.code, '--question', '再问']);
	opinion(number, 'commitment', 'u-7001', '由申请人承诺即可');
	opinion(number, 'direct_cancel', 'u-7002', '没有依据');
	assert.equal(opinion(number, 'direct_cancel', 'u-7003').majority, 'direct_cancel');
	json(['review', 'defer', number, '--unclear', '条文没有写明']);
	assert.match(shown(['review', 'list', '--state', 'unresolved'], 'u-7001'), new RegExp(`^${number} +待定 +${item.code} .*条文没有写明`, 'm'));
	fails(4, 'review_state', ['review', 'decide', number, '--method', 'direct_cancel', '--ground', '1', '--reason', '定', ...CITE]);
	json(['review', 'resume', number, '--reason', '已答复']);
	fails(4, 'version_wrong', ['review', 'decide', number, '--method', 'commitment', '--reason', '定', ...CITE, '--seen', '99']);
	fails(1, 'review_majority', ['review', 'decide', number, '--method', 'commitment', '--reason', '定', ...CITE]);
	fails(1, 'review_ground_missing', ['review', 'decide', number, '--method', 'direct_cancel', '--reason', '定', ...CITE]);
	const decided = json(['review', 'decide', number, '--method', 'direct_cancel', '--ground', '1', '--reason', '没有法律要求', ...CITE]);
	assert.deepEqual([decided.state, decided.ground.number, decided.decision.dissent.length], ['decided', 1, 1]);

	const text = shown(['review', 'show', number], 'u-7002');
	assert.match(text, /^状态 +已决定$/m);
	assert.match(text, /^差异 +abc$/m);
	assert.match(text, /^表决 +直接取消 2 {2}告知承诺 1$/m);
	assert.match(text, /^意见 {2}专家典 {2}直接取消 {2}\d{4}-/m);
	assert.match(text, /^依据 +《优化营商环境条例》第四十四条$/m);
	assert.match(text, /^取消依据 +1 没有法律法规依据$/m);
	assert.match(text, /^异议意见 {2}专家法 {2}告知承诺 {2}由申请人承诺即可$/m);
	const en = shown(['review', 'show', number, '--lang', 'en']);
	assert.match(en, /^state +decided$/m);
	assert.match(en, /^ground +1 there is no legal basis$/m);
	assert.match(en, /taken up again/);

	assert.match(shown(['review', 'apply']), /^已做成草案:第 2 版,落实 1 件评审$/m);
	fails(4, 'review_nothing', ['review', 'apply']);
	assert.match(shown(['inventory', 'diff']), new RegExp(`~ items\\.csv ${item.code} .*\\n {4}method: department_verify → direct_cancel`));
	shown(['inventory', 'publish', '2', '--decision', '金司〔2026〕2号', '--yes']);
	const after_ = shown(['review', 'methods', item.code]);
	assert.match(after_, /^现行方式 +直接取消$/m);
	assert.match(after_, new RegExp(` 2 +直接取消 +没有法律法规依据 +${number} +金司〔2026〕2号$`, 'm'));
	assert.match(shown(['review', 'list', '--item', item.code]), new RegExp(`^${number} +已决定 `, 'm'));
});

test('what is proposed, what a query needs, and what is taken back', () => {
	const [granted] = fit((i, m, p) => i.method === 'commitment' && p.sharing_class === 'conditional' && m.subject_kind === 'person');
	const { number, options } = json(['review', 'open', granted.code, '--question', '能否查询']);
	const query = options.find((o) => o.method === 'data_query');
	opinion(number, 'data_query', 'u-7001');
	opinion(number, 'abstain', 'u-7002');
	const decide = (...rest) => ['review', 'decide', number, '--method', 'data_query', '--reason', '可查', ...CITE, ...rest];
	if (query.open) {
		fails(1, 'field_missing', decide());
		fails(1, 'review_grant_missing', decide('--field', query.fields[0]));
		assert.deepEqual(json(decide('--field', query.fields[0], '--grant-until', '2030-12-31')).decision.fields, [query.fields[0]]);
		assert.equal(json(['review', 'apply', '--from', '2'], 'u-4001', null).reviews.length, 1);
	} else {
		fails(4, query.blocked[0].code, decide('--field', 'name'));
	}

	const used = new Set(items().filter((i) => i.matter_code === granted.matter_code).map((i) => i.proof_code));
	const [proof] = [...proofByCode().values()].filter((p) => !used.has(p.code));
	const proposed = json(['review', 'open', '--matter', granted.matter_code, '--proof', proof.code, '--legal-basis', '无', '--question', '是否增列']);
	assert.deepEqual([proposed.item, proposed.legal_basis], [null, '无']);
	assert.equal(json(['review', 'withdraw', proposed.number, '--reason', '不增列']).state, 'withdrawn');
});

test('command lines that lack something say what, and others may not', () => {
	const number = '330700-261126-PA00001-0';
	for (const args of [['open', 'I-00001'], ['open', '--question', '问'], ['open', 'I-00001', '--question', '问', '--matter', 'M-0001'],
		['open', 'I-00001', '--question', '问', '--round', 'R-1'], ['opinion', number, '--text', '意见', '--vote', 'abstain'],
		['opinion', number, '--text', '意见', '--vote', 'no', ...CITE], ['opinion', number, '--text', '意见', '--vote', 'abstain', '--cite', '没有条款'],
		['decide', number, '--reason', '定', ...CITE], ['decide', number, '--method', 'commitment', ...CITE],
		['decide', number, '--method', 'direct_cancel', '--ground', '7', '--reason', '定', ...CITE],
		['decide', number, '--method', 'department_verify', '--hours', 'x', '--reason', '定', ...CITE],
		['defer', number], ['resume', number], ['withdraw', number], ['apply', '--from', '0']])
		fails(2, null, ['review', ...args]);
	fails(3, 'not_found', ['review', 'show', number]);
	fails(1, 'not_allowed', ['review', 'open', 'I-00001', '--question', '问'], 'u-7001');
	fails(1, 'not_allowed', ['review', 'list'], 'u-1001');
	fails(1, 'not_allowed', ['review', 'apply'], 'u-7001');
});
