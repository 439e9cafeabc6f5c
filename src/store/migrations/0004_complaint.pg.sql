-- 0004: complaints that somebody still demanded a proof.  The place of their numbers is kept in
-- case_counter, under "<log>/complaint".

-- What was told (proof, counter, what happened, phone) is in the body of the record `received`,
-- the answer in that of `answered`.  finding: what the list of version `inventory` said.
-- The code that follows a complaint is not kept: it is derived from the id by a key.
CREATE TABLE complaint (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	number TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	matter TEXT COLLATE "C",
	item TEXT COLLATE "C",
	agency TEXT COLLATE "C" NOT NULL,
	finding TEXT COLLATE "C" NOT NULL,
	inventory BIGINT NOT NULL,
	received_at BIGINT NOT NULL,
	received BYTEA NOT NULL,
	due_at BIGINT NOT NULL,
	due_unit TEXT COLLATE "C" NOT NULL,
	due_amount BIGINT NOT NULL,
	due_calendar BIGINT NOT NULL,
	outcome TEXT COLLATE "C",
	answered_at BIGINT,
	answered_by TEXT COLLATE "C",
	answered BYTEA,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
);
CREATE INDEX complaint_due ON complaint (division, state, due_at, id);
CREATE INDEX complaint_agency ON complaint (division, agency, state, due_at, id);
