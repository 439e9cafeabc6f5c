-- 0004: complaints that somebody still demanded a proof.  The place of their numbers is kept in
-- case_counter, under "<log>/complaint".

-- What was told (proof, counter, what happened, phone) is in the body of the record `received`,
-- the answer in that of `answered`.  finding: what the list of version `inventory` said.
-- The code that follows a complaint is not kept: it is derived from the id by a key.
CREATE TABLE complaint (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	matter TEXT,
	item TEXT,
	agency TEXT NOT NULL,
	finding TEXT NOT NULL,
	inventory INTEGER NOT NULL,
	received_at INTEGER NOT NULL,
	received BLOB NOT NULL,
	due_at INTEGER NOT NULL,
	due_unit TEXT NOT NULL,
	due_amount INTEGER NOT NULL,
	due_calendar INTEGER NOT NULL,
	outcome TEXT,
	answered_at INTEGER,
	answered_by TEXT,
	answered BLOB,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
) STRICT;
CREATE INDEX complaint_due ON complaint (division, state, due_at, id);
CREATE INDEX complaint_agency ON complaint (division, agency, state, due_at, id);
