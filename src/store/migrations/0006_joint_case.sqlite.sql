-- 0006: a life event 一件事 under way: one form, and for each of its steps a case of its own.

-- touched: counts what happened to its cases, so that what was decided without knowing of it is not
-- written.  people: the form, sealed; run: how far each step has come, no data of people.  next_at: when it
-- must be looked at, NULL where only somebody's doing moves it.
CREATE TABLE joint_case (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	touched INTEGER NOT NULL,
	state TEXT NOT NULL,
	event TEXT NOT NULL,
	inventory INTEGER NOT NULL,
	agency TEXT NOT NULL,
	people BLOB NOT NULL,
	run TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	started_at INTEGER,
	due_at INTEGER,
	ended_at INTEGER,
	next_at INTEGER,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX joint_case_agency ON joint_case (division, agency, id);
CREATE INDEX joint_case_next ON joint_case (next_at) WHERE next_at IS NOT NULL;

-- case_id: the case that does it, and attempt: which attempt that case serves; result: the record whose
-- body has what the step gives.  reason: why it does not go on, a code.
CREATE TABLE joint_step (
	division TEXT NOT NULL,
	joint_id BLOB NOT NULL,
	step TEXT NOT NULL,
	position INTEGER NOT NULL,
	state TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	case_id BLOB,
	result BLOB,
	ready_at INTEGER,
	started_at INTEGER,
	due_at INTEGER,
	ended_at INTEGER,
	reason TEXT,
	PRIMARY KEY (division, joint_id, step),
	FOREIGN KEY (division, joint_id) REFERENCES joint_case (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
-- A case that is inserted is looked for here: the key above is checked at the end.
CREATE INDEX joint_step_case ON joint_step (division, case_id);

-- What happened, one row for each thing that somebody wants to know.  record: that of the operation.
CREATE TABLE joint_event (
	division TEXT NOT NULL,
	joint_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	position INTEGER NOT NULL,
	step TEXT NOT NULL,
	event TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	at INTEGER NOT NULL,
	record BLOB NOT NULL,
	PRIMARY KEY (division, joint_id, version, position),
	FOREIGN KEY (division, joint_id) REFERENCES joint_case (division, id)
) STRICT, WITHOUT ROWID;

-- Links for people without an account.  token: blind index; who: who is to confirm, '' where it shows how it goes.
CREATE TABLE joint_link (
	token BLOB NOT NULL PRIMARY KEY,
	division TEXT NOT NULL,
	joint_id BLOB NOT NULL,
	who TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	made_by TEXT NOT NULL,
	expires_at INTEGER NOT NULL,
	used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX joint_link_joint ON joint_link (division, joint_id, who);
CREATE INDEX joint_case_event ON joint_case (event, started_at) WHERE started_at IS NOT NULL;

-- The life event that a case is a step of.
ALTER TABLE service_case ADD COLUMN joint BLOB;
ALTER TABLE service_case ADD COLUMN step TEXT;
