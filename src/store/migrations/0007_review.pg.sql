-- 0007: expert reviews 专家评审 of items.  The place of their numbers is kept in case_counter, under
-- "<log>/review".

-- What was asked, said, put off and decided is in the bodies of the records.  item: NULL where the item is
-- proposed, until a version has it; inventory: the version in force when it was opened; applied: the version
-- that follows the decision.  round, difference: of the alignment that it came from.
CREATE TABLE review (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	number TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	item TEXT COLLATE "C",
	matter TEXT COLLATE "C" NOT NULL,
	proof TEXT COLLATE "C" NOT NULL,
	inventory BIGINT NOT NULL,
	round TEXT COLLATE "C",
	difference TEXT COLLATE "C",
	opinions BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT COLLATE "C" NOT NULL,
	opened BYTEA NOT NULL,
	method TEXT COLLATE "C",
	ground BIGINT,
	decided_at BIGINT,
	decided_by TEXT COLLATE "C",
	decided BYTEA,
	applied BIGINT,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
);
CREATE INDEX review_state ON review (division, state, id);
CREATE INDEX review_item ON review (division, matter, proof, id);
-- One review of an item at a time.
CREATE UNIQUE INDEX review_one ON review (division, matter, proof) WHERE state IN ('open', 'unresolved');

-- What happened, one row for each version of the review; vote: of an opinion.
CREATE TABLE review_event (
	division TEXT COLLATE "C" NOT NULL,
	review_id BYTEA NOT NULL,
	version BIGINT NOT NULL,
	event TEXT COLLATE "C" NOT NULL,
	vote TEXT COLLATE "C",
	at BIGINT NOT NULL,
	actor TEXT COLLATE "C" NOT NULL,
	record BYTEA NOT NULL,
	PRIMARY KEY (division, review_id, version),
	FOREIGN KEY (division, review_id) REFERENCES review (division, id)
);
