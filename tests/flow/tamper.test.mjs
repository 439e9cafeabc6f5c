// Whoever changes the store behind the program's back is found out by `wzm store check`, and
// of the log also by `wzm log check`.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { Instance, must, run } from '../lib/instance.mjs';
import { runAlign } from '../lib/align.mjs';
import { disputeValues, runScene } from '../lib/cases.mjs';
import { scenes } from '../lib/catalogue.mjs';
import { runJoint } from '../lib/joint.mjs';
import { onPg } from '../lib/pg.mjs';
import { headOf, keyOf, seedOf, signedBy } from '../lib/receipts.mjs';
import { change, changedCopy, evidence, rows } from '../lib/store.mjs';

let instance, size;
before(async () => {
	instance = await new Instance().init().serve();
	for (const s of scenes()) await runScene(instance, s);
	await disputeValues(instance);
	await runJoint(instance, await instance.client('u-1008'));
	await runAlign(instance);
	/* A tile at least. */
	const client = await instance.client();
	for (let i = 0; i < 260; i++) await client.signIn('u-1001');
	await instance.stop();
	const { records, logs } = evidence(instance.dir);
	size = records.length;
	assert.equal(rows(instance.dir, 'SELECT count(*) AS n FROM tile')[0].n, Math.floor(size / 256));
	if (rows(instance.dir, 'SELECT count(*) AS n FROM checkpoint')[0].n === 0) change(instance.dir, signed(size, Buffer.from(logs[0].root, 'hex')));
});
/** SQL that leaves a checkpoint as a signer would have, of a key of its own. */
function signed(n, root) {
	const key = keyOf('localhost/log/a', seedOf('tamper')), head = headOf(key.name, n, root);
	return `DELETE FROM checkpoint; INSERT INTO checkpoint VALUES ('a', ${n}, '${head}\n${signedBy(key, head)}', '${key.vkey}', 1)`;
}
after(() => instance?.destroy());

/** Checks a copy in which sql was run; gives what the command said. */
function check(command, sql) {
	const dir = `${instance.parent}/copy`;
	rmSync(dir, { recursive: true, force: true });
	const env = changedCopy(instance.dir, dir, sql);
	return { ...run([command, 'check', '-d', dir, '--json'], { env }), said: () => run([command, 'check', '-d', dir, '--lang', 'en'], { env }).stdout };
}

test('an untouched store is found right, by both commands, also while it is served', async () => {
	for (const command of ['log', 'store']) {
		const r = JSON.parse(must([command, 'check', '-d', instance.dir, '--json']).stdout);
		assert.deepEqual([r.ok, r.size, r.records, r.found, r.errors], [true, size, size, 0, []]);
		assert.deepEqual(r.logs.map((l) => [l.log, l.size]), [['a', size]]);
	}
	await instance.serve();
	assert.match(must(['store', 'check', '-d', instance.dir, '--lang', 'en']).stdout, /nothing amiss/);
	await instance.stop();
});

test('what was erased leaves entry, leaf and tombstone, and nothing is amiss', () => {
	const r = check('store', `INSERT INTO tombstone SELECT e.log, e.idx, e.division, e.record, 1,
		(SELECT id FROM record WHERE division = e.division AND idx > e.idx ORDER BY idx LIMIT 1) FROM entry e
		WHERE e.idx = (SELECT min(idx) FROM record WHERE type = 'session.opened');
		DELETE FROM record WHERE idx = (SELECT min(idx) FROM record WHERE type = 'session.opened')`);
	assert.equal(r.status, 0, r.stdout + r.stderr);
	assert.equal(JSON.parse(r.stdout).records, size - 1);
});

const someRecord = "idx = (SELECT min(idx) FROM record WHERE case_id IS NOT NULL)";
const firstCase = "number = (SELECT min(number) FROM service_case)";
/* What the two databases write differently: SQLite's || makes text of blobs. */
const concat = (a, b) => onPg ? `${a} || ${b}` : `CAST(${a} || ${b} AS BLOB)`;
const withBody = (which) => `(SELECT ${which}(idx) FROM record WHERE body IS NOT NULL)`;

/* What was done to the store, and what must be said of it: [table, code] each. */
const changes = {
	'a word of a record': ["UPDATE record SET text = replace(text, '\"established\"', '\"disproved\"') WHERE idx = (SELECT min(idx) FROM record WHERE text LIKE '%\"established\"%')",
		['entry', 'entry_not_of_record'], ['entry', 'leaf_not_of_entry'], ['log', 'log_root']],
	'a space in a record': ["UPDATE record SET text = text || ' ' WHERE idx = 9", ['entry', 'entry_not_of_record']],
	'the salt of a record': ['UPDATE record SET salt = zeroblob(32) WHERE idx = 9', ['entry', 'entry_not_of_record']],
	'a salt of another length': ['UPDATE record SET salt = zeroblob(31) WHERE idx = 9', ['entry', 'salt_length']],
	'a record that is gone': ['DELETE FROM record WHERE idx = 9', ['entry', 'entry_without_record'], ['record', 'record_count']],
	'an entry that is gone': ['DELETE FROM entry WHERE idx = 9', ['entry', 'index_missing'], ['log', 'log_size'], ['record', 'record_without_entry']],
	'the last entry and record gone, size put back': ['DELETE FROM record WHERE idx = (SELECT size - 1 FROM log); DELETE FROM entry WHERE idx = (SELECT size - 1 FROM log); UPDATE log SET size = size - 1',
		['log', 'log_root']],
	'two records that changed places': ['UPDATE record SET idx = CASE idx WHEN 8 THEN 9 ELSE 8 END WHERE idx IN (8, 9)', ['entry', 'record_other_index'], ['record', 'record_without_entry']],
	'an entry of another record': ['UPDATE entry SET entry = (SELECT entry FROM entry WHERE idx = 8) WHERE idx = 9', ['entry', 'entry_not_of_record']],
	'a leaf': ['UPDATE entry SET leaf = zeroblob(32) WHERE idx = 9', ['entry', 'leaf_not_of_entry']],
	'the root': ['UPDATE log SET root = zeroblob(32)', ['log', 'log_root']],
	'the size': ['UPDATE log SET size = size + 1', ['log', 'log_size']],
	'the edge': ['UPDATE log SET edge = zeroblob(length(edge))', ['log', 'log_edge']],
	'a body': [`UPDATE record SET body = zeroblob(length(body)) WHERE idx = ${withBody('max')}`, ['entry', 'body_not_bound']],
	'a body of another record': [`UPDATE record SET body = (SELECT body FROM record WHERE idx = ${withBody('min')}) WHERE idx = ${withBody('max')}`, ['entry', 'body_not_bound']],
	'a record that was slipped in': ['INSERT INTO record (division, id, log, idx, type, at, salt, text) SELECT division, randomblob(16), log, 1000000, type, at, salt, text FROM record WHERE idx = 9',
		['record', 'record_without_entry'], ['record', 'record_count']],
	'the type beside a record': ["UPDATE record SET type = 'case.concluded' WHERE idx = 9", ['entry', 'record_columns']],
	'the time beside a record': ['UPDATE record SET at = at + 1 WHERE idx = 9', ['entry', 'record_columns']],
	'the case beside a record': [`UPDATE record SET case_id = randomblob(16) WHERE ${someRecord}`, ['entry', 'record_columns'], ['record', 'record_without_case']],
	'the case beside a record taken away': [`UPDATE record SET case_id = NULL WHERE ${someRecord}`, ['entry', 'record_columns']],
	'an entry of a log that is not there': ["UPDATE entry SET log = 'b' WHERE idx = 9", ['entry', 'entry_without_log']],
	'a second log that is not what it says': ["INSERT INTO log SELECT 'b', origin, epoch, size, root, edge, at FROM log", ['log', 'log_size'], ['log', 'log_root']],
	'the hashes of a tile': ['UPDATE tile SET data = zeroblob(8192)', ['tile', 'tile_not_of_entries']],
	'a tile that is too long': [`UPDATE tile SET data = ${concat('data', 'root')}`, ['tile', 'tile_not_of_entries']],
	'the root of a tile': ['UPDATE tile SET root = zeroblob(32)', ['tile', 'tile_not_of_entries']],
	'a tile that is gone': ['DELETE FROM tile', ['tile', 'tile_missing']],
	'a tile that is not full yet': ["INSERT INTO tile VALUES ('a', 0, 99, zeroblob(32), zeroblob(8192))", ['tile', 'tile_beyond_log']],
	'a tile of no level': ["INSERT INTO tile VALUES ('a', -1, 0, zeroblob(32), zeroblob(8192))", ['tile', 'tile_beyond_log']],
	'a tile in another place': ['UPDATE tile SET level = 1', ['tile', 'tile_beyond_log'], ['tile', 'tile_missing']],
	'the root that was signed': [signed(9, Buffer.alloc(32)), ['checkpoint', 'checkpoint_root']],
	'the size beside a checkpoint': ['UPDATE checkpoint SET size = size - 1', ['checkpoint', 'checkpoint_forged']],
	'the text of a checkpoint': ["UPDATE checkpoint SET note = replace(note, 'localhost', 'localhosu')", ['checkpoint', 'checkpoint_forged']],
	'the key beside a checkpoint': ["UPDATE checkpoint SET vkey = replace(vkey, 'localhost', 'localhosu')", ['checkpoint', 'checkpoint_forged']],
	'a checkpoint of nothing that was signed': ["UPDATE checkpoint SET note = ''", ['checkpoint', 'checkpoint_forged']],
	'a tile of a log that is not there': ["INSERT INTO tile VALUES ('b', 0, 0, zeroblob(32), zeroblob(8192))", ['tile', 'tile_without_log']],
	'a checkpoint of a log that is not there': ["INSERT INTO checkpoint VALUES ('b', 1, '', '', 0)", ['checkpoint', 'checkpoint_without_log']],
	'a checkpoint of more than there is': [signed(1000000, Buffer.alloc(32)), ['checkpoint', 'checkpoint_beyond_log']],
	'a tombstone of nothing': ["INSERT INTO tombstone SELECT log, 1000000, division, record, 1, zeroblob(16) FROM entry WHERE idx = 9", ['tombstone', 'tombstone_without_entry'], ['tombstone', 'tombstone_without_erasure']],
	'a tombstone of a record that is there': ['INSERT INTO tombstone SELECT log, idx, division, record, 1, record FROM entry WHERE idx = 9', ['entry', 'record_not_erased'], ['record', 'record_count']],
	'the record of an idempotency key': ['UPDATE idempotency SET record = zeroblob(16)', ['idempotency', 'idempotency_without_record']],
	'the user of a session': ["UPDATE session SET user_id = 'u-nobody'", ['session', 'session_without_user']],
	'a version of the inventory between': ['INSERT INTO inventory_version SELECT 3, sha256, imported_at FROM inventory_version WHERE version = 1', ['inventory_version', 'inventory_version_gap'], ['inventory_version', 'inventory_broken']],
	'the version of a file': ["INSERT INTO inventory_file SELECT 99, name, content FROM inventory_file WHERE name = 'divisions.csv'", ['inventory_file', 'inventory_file_without_version']],
	'the inventory in force': ["UPDATE inventory_file SET content = zeroblob(100) WHERE name = 'workdays.csv'", ['inventory_version', 'inventory_broken']],
	'a file of the inventory': ["DELETE FROM inventory_file WHERE name = 'grants.csv'", ['inventory_version', 'inventory_broken']],
	'a row of a dataset': ["DELETE FROM dataset_row WHERE dataset = 'persons' AND id = 7", ['dataset', 'dataset_rows_wrong'], ['dataset_key', 'dataset_key_without_row']],
	'a dataset': ["DELETE FROM dataset WHERE name = 'persons'", ['dataset_row', 'dataset_row_without_dataset']],
	'a sealed row of another one': ["UPDATE dataset_row SET sealed = (SELECT sealed FROM dataset_row WHERE dataset = 'persons' AND id = 7) WHERE dataset = 'persons' AND id = 8", ['dataset_row', 'sealed_broken']],
	'the inventory of a case': [`UPDATE service_case SET inventory = 99 WHERE ${firstCase}`, ['service_case', 'case_without_inventory']],
	'a case that was slipped in': [`INSERT INTO service_case (division, id, number, version, state, matter, inventory, agency, channel, people, opened_at, opened_by, due_day, changed_at, changed_by) SELECT division, randomblob(16), number || 'X', version, state, matter, inventory, agency, channel, people, opened_at, opened_by, due_day, changed_at, changed_by FROM service_case WHERE ${firstCase}`,
		['service_case', 'case_without_record'], ['service_case', 'case_number'], ['service_case', 'sealed_broken'], ['service_case', 'case_items']],
	'a case of a platform that is not there': [`UPDATE service_case SET external_platform = 'p-x', external_number = '1' WHERE ${firstCase}`,
		['service_case', 'case_without_platform']],
	'a webhook of nothing': [`INSERT INTO webhook (division, platform, id, case_id, event, case_version, case_state, at, attempts)
		SELECT division, 'p-x', randomblob(16), id, 'case.opened', 1, 'open', 0, 0 FROM service_case WHERE ${firstCase}`,
		['webhook', 'webhook_without_case'], ['webhook', 'webhook_without_record']],
	'the matter of a case': [`UPDATE service_case SET matter = 'M-9999' WHERE ${firstCase}`, ['service_case', 'case_matter']],
	'the agency of a case': [`UPDATE service_case SET agency = 'nobody' WHERE ${firstCase}`, ['service_case', 'case_matter']],
	'the people of a case': [`UPDATE service_case SET people = zeroblob(length(people)) WHERE ${firstCase}`, ['service_case', 'sealed_broken']],
	'the number of a case': [`UPDATE service_case SET number = '330703-261123-A00001-0' WHERE ${firstCase}`, ['service_case', 'case_number']],
	'a counter that went back': ['UPDATE case_counter SET last = 1', ['service_case', 'counter_behind']],
	'a counter of no log': ["INSERT INTO case_counter VALUES ('z', 1, 1)", ['case_counter', 'counter_without_log']],
	'a case that is gone': [`DELETE FROM service_case WHERE id = (SELECT case_id FROM verification ORDER BY id LIMIT 1)`, ['record', 'record_without_case'], ['case_item', 'item_without_case'], ['verification', 'verification_without_case']],
	'an item that is gone': ['DELETE FROM case_item WHERE item = (SELECT item FROM verification ORDER BY id LIMIT 1)', ['service_case', 'case_items'], ['verification', 'verification_without_item']],
	'an item of another matter': ["UPDATE case_item SET item = 'I-99999' WHERE item = (SELECT min(item) FROM case_item)", ['case_item', 'item_not_listed']],
	'the record of an item': ['UPDATE case_item SET record = zeroblob(16) WHERE record IS NOT NULL', ['case_item', 'item_without_record']],
	'the record of another case under an item': ['UPDATE case_item SET record = (SELECT r.id FROM record r WHERE r.case_id <> case_item.case_id AND r.division = case_item.division ORDER BY r.idx LIMIT 1) WHERE record IS NOT NULL',
		['case_item', 'item_without_record']],
	'a verification that is gone': ['DELETE FROM verification WHERE id = (SELECT id FROM verification ORDER BY id LIMIT 1)', ['case_item', 'item_without_verification']],
	'the desk of a verification': ["UPDATE verification SET desk = 'nobody'", ['verification', 'desk_missing']],
	'the question of a verification': ['UPDATE verification SET sent = zeroblob(16)', ['verification', 'verification_without_question']],
	'the answer of a verification': ['UPDATE verification SET answered = zeroblob(16) WHERE answered IS NOT NULL', ['verification', 'verification_without_answer']],
	'the item of a dispute': ["UPDATE dispute SET item = 'I-99999'", ['dispute', 'dispute_without_item']],
	'the value that is disputed': ['UPDATE dispute SET disputed = opened', ['dispute', 'dispute_without_value']],
	'the record of a dispute': ['UPDATE dispute SET opened = zeroblob(16)', ['dispute', 'dispute_without_record']],
	'the answer of a dispute': ['UPDATE dispute SET answered = zeroblob(16) WHERE answered IS NOT NULL', ['dispute', 'dispute_without_answer']],
	'an answer that a dispute never had': ["UPDATE dispute SET state = 'upheld' WHERE state = 'open'", ['dispute', 'dispute_without_answer']],
	'the calendar of a dispute': ['UPDATE dispute SET due_calendar = 99', ['dispute', 'dispute_without_inventory']],
	'the item of a notice': ["UPDATE case_notice SET item = 'I-99999'", ['case_notice', 'notice_without_item']],
	'the record of a notice': ['UPDATE case_notice SET id = randomblob(16)', ['case_notice', 'notice_without_record']],
	'the cause of a notice': ['UPDATE case_notice SET cause = zeroblob(16)', ['case_notice', 'notice_without_cause']],
	'the step that a case does': ["UPDATE service_case SET step = 'NB0' WHERE step = 'NB1'", ['service_case', 'case_without_joint_case'], ['joint_step', 'joint_step_without_case']],
	'the joint case of a case': ['UPDATE service_case SET joint = zeroblob(16) WHERE joint IS NOT NULL', ['service_case', 'case_without_joint_case'], ['joint_step', 'joint_step_without_case']],
	'a joint case that is gone': ['DELETE FROM joint_case', ['joint_step', 'joint_step_without_joint_case'], ['joint_event', 'joint_event_without_joint_case']],
	'the steps of a joint case': ['DELETE FROM joint_step', ['joint_case', 'joint_case_without_steps'], ['service_case', 'case_without_joint_case']],
	'the inventory of a joint case': ['UPDATE joint_case SET inventory = 99', ['joint_case', 'joint_case_without_inventory']],
	'the people of a joint case': ['UPDATE joint_case SET people = zeroblob(length(people))', ['joint_case', 'sealed_broken']],
	'a step that is not done any more': ["UPDATE joint_step SET state = 'failed' WHERE step = 'NB3'", ['joint_case', 'joint_case_ended_too_early'], ['joint_step', 'joint_step_without_result']],
	'the case of a step': ['UPDATE joint_step SET case_id = (SELECT id FROM service_case WHERE joint IS NULL ORDER BY id LIMIT 1) WHERE case_id IS NOT NULL', ['joint_step', 'joint_step_without_case']],
	'the result of a step': ['UPDATE joint_step SET result = zeroblob(16) WHERE result IS NOT NULL', ['joint_step', 'joint_step_without_result']],
	'when a step was done': ['UPDATE joint_step SET ended_at = NULL', ['joint_step', 'joint_step_without_result']],
	'something that has not happened yet': ['UPDATE joint_event SET version = version + 1000', ['joint_event', 'joint_event_without_joint_case']],
	'a link to nothing': ["UPDATE joint_link SET joint_id = zeroblob(16)", ['joint_link', 'joint_link_without_joint_case']],
	'the record of what happened': ['UPDATE joint_event SET record = zeroblob(16)', ['joint_event', 'joint_event_without_record']],
	'the record of a list': ['UPDATE align_list SET record = zeroblob(16)', ['align_list', 'align_list_without_record']],
	'a list that is gone': ['DELETE FROM align_list', ['align_round_list', 'align_round_list_without_list'], ['align_difference', 'align_difference_without_list']],
	'the list of a measure': ['UPDATE align_measure SET list = 99', ['align_measure', 'align_measure_without_list']],
	'the inventory of a round': ['UPDATE align_round SET inventory = 99', ['align_round', 'align_round_without_inventory']],
	'the record of a round': ['UPDATE align_round SET opened = zeroblob(16)', ['align_round', 'align_round_without_record']],
	'a round that is open again': ["UPDATE align_round SET state = 'open'", ['align_round', 'align_round_without_closure']],
	'a round that is gone': ['DELETE FROM align_round', ['align_round_list', 'align_round_list_without_round'], ['align_event', 'align_event_without_round']],
	'the county of a difference': ["UPDATE align_difference SET county = '330702'", ['align_difference', 'align_difference_without_round']],
	'a decision that nobody made': ["UPDATE align_difference SET state = 'adopt' WHERE state = 'open'", ['align_difference', 'align_difference_without_decision']],
	'the record of a decision': ['UPDATE align_difference SET decided = zeroblob(16) WHERE decided IS NOT NULL', ['align_difference', 'align_difference_without_decision']],
	'who has a difference': ["UPDATE align_difference SET assignee = 'u-nobody'", ['align_difference', 'align_difference_without_user']],
	'a difference that is gone': ['DELETE FROM align_difference', ['align_event', 'align_event_without_difference']],
	'the record of what was done with one': ['UPDATE align_event SET record = zeroblob(16) WHERE length(key) > 0', ['align_event', 'align_event_without_record']],
	'the inventory of a measure': ['UPDATE align_measure SET inventory = 99', ['align_measure', 'align_measure_without_inventory']],
	'a text that was signed': ["UPDATE legal_text SET text = text || ' '", ['legal_text', 'legal_text_changed']],
	'the texts that were signed': ['DELETE FROM legal_text', ['entry', 'legal_text_missing']],
	'the name of a user': ["UPDATE user_account SET name = zeroblob(40) WHERE id = 'u-1001'", ['user_account', 'sealed_broken']],
};
for (const [name, [sql, ...expected]] of Object.entries(changes))
	test(`${name}: found`, () => {
		const r = check('store', sql);
		assert.equal(r.status, 1, r.stdout + r.stderr);
		const { ok, found, errors } = JSON.parse(r.stdout);
		assert.equal(ok, false);
		assert.ok(found >= errors.length);
		const said = new Set(errors.map((e) => `${e.table} ${e.code}`));
		for (const [table, code] of expected) assert.ok(said.has(`${table} ${code}`), `${table} ${code} in ${[...said]}`);
	});

test('what is of the log alone is found by log check as well, and named in words', () => {
	const [sql, ...expected] = changes['a word of a record'];
	const r = check('log', sql);
	assert.equal(r.status, 1);
	const codes = JSON.parse(r.stdout).errors.map((e) => e.code);
	for (const [, code] of expected) assert.ok(codes.includes(code), code);
	assert.match(r.said(), /^entry a\/\d+: the entry is not the hash of the record$/m);
	assert.match(r.said(), /^\d+ discrepancies, \d+ listed above$/m);
});

/* PostgreSQL takes no such text. */
if (!onPg)
	test('a key that is no text is named all the same', () => {
		const { errors } = JSON.parse(check('store', "INSERT INTO case_counter VALUES (CAST(X'ff41' AS TEXT), 1, 1)").stdout);
		assert.deepEqual(errors.map((e) => [e.code, e.key]), [['counter_without_log', '?']]);
	});

test('of very many only the first are listed, and all are counted', () => {
	const r = JSON.parse(check('store', "UPDATE dataset_key SET id = id + 1000000").stdout);
	assert.equal(r.errors.length, 100);
	assert.equal(r.found, rows(instance.dir, 'SELECT count(*) AS n FROM dataset_key')[0].n);
	const e = r.errors[0];
	assert.deepEqual([e.table, e.code], ['dataset_key', 'dataset_key_without_row']);
	assert.match(e.key, /^\w+\/[\w,]+\/1\d{6}$/);
	assert.match(e.what, /查询键/);
});
