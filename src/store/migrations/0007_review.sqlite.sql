-- 0007: expert reviews 专家评审 of items.  The place of their numbers is kept in case_counter, under
-- "<log>/review".

-- What was asked, said, put off and decided is in the bodies of the records.  item: NULL where the item is
-- proposed, until a version has it; inventory: the version in force when it was opened; applied: the version
-- that follows the decision.  round, difference: of the alignment that it came from.
CREATE TABLE review (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	item TEXT,
	matter TEXT NOT NULL,
	proof TEXT NOT NULL,
	inventory INTEGER NOT NULL,
	round TEXT,
	difference TEXT,
	opinions INTEGER NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	opened BLOB NOT NULL,
	method TEXT,
	ground INTEGER,
	decided_at INTEGER,
	decided_by TEXT,
	decided BLOB,
	applied INTEGER,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
) STRICT;
CREATE INDEX review_state ON review (division, state, id);
CREATE INDEX review_item ON review (division, matter, proof, id);
-- One review of an item at a time.
CREATE UNIQUE INDEX review_one ON review (division, matter, proof) WHERE state IN ('open', 'unresolved');

-- What happened, one row for each version of the review; vote: of an opinion.
CREATE TABLE review_event (
	division TEXT NOT NULL,
	review_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	event TEXT NOT NULL,
	vote TEXT,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	record BLOB NOT NULL,
	PRIMARY KEY (division, review_id, version),
	FOREIGN KEY (division, review_id) REFERENCES review (division, id)
) STRICT;
