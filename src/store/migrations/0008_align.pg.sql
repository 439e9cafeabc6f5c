-- 0008: the lists of the counties beside the city's: lists, rounds, differences.  division is the city.

-- Who runs a department of the city in a county; where nothing is said it is presumed.
CREATE TABLE align_scope (
	division TEXT COLLATE "C" NOT NULL,
	county TEXT COLLATE "C" NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	runs TEXT COLLATE "C" NOT NULL,
	set_at BIGINT NOT NULL,
	set_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, county, agency)
);

-- Counts what is done with the list, the scope or the round of a county: it is raised by whoever read it, and
-- who read it before somebody else did so decides again.
CREATE TABLE align_county (
	division TEXT COLLATE "C" NOT NULL,
	county TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (division, county)
);

-- A list as it was handed in, never changed.  content: CSV in UTF-8; the file's name is in the record's body.
CREATE TABLE align_list (
	division TEXT COLLATE "C" NOT NULL,
	county TEXT COLLATE "C" NOT NULL,
	number BIGINT NOT NULL,
	sha256 TEXT COLLATE "C" NOT NULL,
	nrows BIGINT NOT NULL,
	content BYTEA NOT NULL,
	record BYTEA NOT NULL,
	at BIGINT NOT NULL,
	by_user TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, county, number)
);

-- touched: counts what was done in it, so that it is closed with what was seen.  named: opened for named
-- counties only.  opened, closed: records; the title is in the body of the first.
CREATE TABLE align_round (
	division TEXT COLLATE "C" NOT NULL,
	number BIGINT NOT NULL,
	version BIGINT NOT NULL,
	touched BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	inventory BIGINT NOT NULL,
	named BIGINT NOT NULL,
	closes BIGINT NOT NULL,
	opened BYTEA NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT COLLATE "C" NOT NULL,
	closed BYTEA,
	closed_at BIGINT,
	closed_by TEXT COLLATE "C",
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, number)
);
CREATE UNIQUE INDEX align_round_open ON align_round (division) WHERE state = 'open';

-- The list of a county that a round began with, and the one in view; figures: JSON, of both.
CREATE TABLE align_round_list (
	division TEXT COLLATE "C" NOT NULL,
	round BIGINT NOT NULL,
	county TEXT COLLATE "C" NOT NULL,
	first_list BIGINT NOT NULL,
	list BIGINT NOT NULL,
	first_figures TEXT COLLATE "C" NOT NULL,
	figures TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, round, county),
	FOREIGN KEY (division, round) REFERENCES align_round (division, number)
);
CREATE INDEX align_round_list_county ON align_round_list (division, county, round);

-- key: what it is about, the same in every round.  list: in which it was found; gone: the last that had
-- it, NULL while the one in view has.  decided: the record, whose body has the reason.  names: what is
-- searched; found: JSON, the row, the evidence and the candidates.
CREATE TABLE align_difference (
	division TEXT COLLATE "C" NOT NULL,
	round BIGINT NOT NULL,
	key BYTEA NOT NULL,
	version BIGINT NOT NULL,
	county TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	matter TEXT COLLATE "C" NOT NULL,
	item TEXT COLLATE "C" NOT NULL,
	certainty BIGINT NOT NULL,
	list BIGINT NOT NULL,
	gone BIGINT,
	state TEXT COLLATE "C" NOT NULL,
	decided BYTEA,
	decided_at BIGINT,
	decided_by TEXT COLLATE "C",
	assignee TEXT COLLATE "C",
	until_day BIGINT,
	item_method TEXT COLLATE "C" NOT NULL,
	row_method TEXT COLLATE "C" NOT NULL,
	names TEXT COLLATE "C" NOT NULL,
	found TEXT COLLATE "C" NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, round, key),
	FOREIGN KEY (division, round) REFERENCES align_round (division, number)
);
-- All that counting reads: the rows themselves are wide.
CREATE INDEX align_difference_count ON align_difference (division, round, county, kind, state, gone, item_method, row_method);
CREATE INDEX align_difference_order ON align_difference (division, round, county, agency, matter, item, key);

-- What was done with a difference, or with the round itself (key ''); each is a record, its body has the words.
CREATE TABLE align_event (
	division TEXT COLLATE "C" NOT NULL,
	round BIGINT NOT NULL,
	key BYTEA NOT NULL,
	record BYTEA NOT NULL,
	at BIGINT NOT NULL,
	event TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, round, key, record),
	FOREIGN KEY (division, round) REFERENCES align_round (division, number)
);

-- The figures of a county at an instant.  publication: that which came into force; drift: JSON, of the last closed round.
CREATE TABLE align_measure (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	county TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	cause TEXT COLLATE "C" NOT NULL,
	round BIGINT,
	inventory BIGINT NOT NULL,
	list BIGINT NOT NULL,
	publication BIGINT,
	figures TEXT COLLATE "C" NOT NULL,
	drift TEXT COLLATE "C",
	PRIMARY KEY (division, id)
);
CREATE INDEX align_measure_county ON align_measure (division, county, id);
