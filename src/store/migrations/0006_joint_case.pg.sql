-- 0006: a life event 一件事 under way: one form, and for each of its steps a case of its own.

-- touched: counts what happened to its cases, so that what was decided without knowing of it is not
-- written.  people: the form, sealed; run: how far each step has come, no data of people.  next_at: when it
-- must be looked at, NULL where only somebody's doing moves it.
CREATE TABLE joint_case (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	number TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	touched BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	event TEXT COLLATE "C" NOT NULL,
	inventory BIGINT NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	people BYTEA NOT NULL,
	run TEXT COLLATE "C" NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT COLLATE "C" NOT NULL,
	started_at BIGINT,
	due_at BIGINT,
	ended_at BIGINT,
	next_at BIGINT,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
);
CREATE INDEX joint_case_agency ON joint_case (division, agency, id);
CREATE INDEX joint_case_next ON joint_case (next_at) WHERE next_at IS NOT NULL;

-- case_id: the case that does it, and attempt: which attempt that case serves; result: the record whose
-- body has what the step gives.  reason: why it does not go on, a code.
CREATE TABLE joint_step (
	division TEXT COLLATE "C" NOT NULL,
	joint_id BYTEA NOT NULL,
	step TEXT COLLATE "C" NOT NULL,
	position BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	attempt BIGINT NOT NULL,
	case_id BYTEA,
	result BYTEA,
	ready_at BIGINT,
	started_at BIGINT,
	due_at BIGINT,
	ended_at BIGINT,
	reason TEXT COLLATE "C",
	PRIMARY KEY (division, joint_id, step),
	FOREIGN KEY (division, joint_id) REFERENCES joint_case (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id) DEFERRABLE INITIALLY DEFERRED
);
-- A case that is inserted is looked for here: the key above is checked at the end.
CREATE INDEX joint_step_case ON joint_step (division, case_id);

-- What happened, one row for each thing that somebody wants to know.  record: that of the operation.
CREATE TABLE joint_event (
	division TEXT COLLATE "C" NOT NULL,
	joint_id BYTEA NOT NULL,
	version BIGINT NOT NULL,
	position BIGINT NOT NULL,
	step TEXT COLLATE "C" NOT NULL,
	event TEXT COLLATE "C" NOT NULL,
	attempt BIGINT NOT NULL,
	at BIGINT NOT NULL,
	record BYTEA NOT NULL,
	PRIMARY KEY (division, joint_id, version, position),
	FOREIGN KEY (division, joint_id) REFERENCES joint_case (division, id)
);

-- Links for people without an account.  token: blind index; who: who is to confirm, '' where it shows how it goes.
CREATE TABLE joint_link (
	token BYTEA NOT NULL PRIMARY KEY,
	division TEXT COLLATE "C" NOT NULL,
	joint_id BYTEA NOT NULL,
	who TEXT COLLATE "C" NOT NULL,
	made_at BIGINT NOT NULL,
	made_by TEXT COLLATE "C" NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at BIGINT
);
CREATE INDEX joint_link_joint ON joint_link (division, joint_id, who);
CREATE INDEX joint_case_event ON joint_case (event, started_at) WHERE started_at IS NOT NULL;

-- The life event that a case is a step of.
ALTER TABLE service_case ADD COLUMN joint BYTEA;
ALTER TABLE service_case ADD COLUMN step TEXT COLLATE "C";
