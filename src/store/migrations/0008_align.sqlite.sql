-- 0008: the lists of the counties beside the city's: lists, rounds, differences.  division is the city.

-- Who runs a department of the city in a county; where nothing is said it is presumed.
CREATE TABLE align_scope (
	division TEXT NOT NULL,
	county TEXT NOT NULL,
	agency TEXT NOT NULL,
	runs TEXT NOT NULL,
	set_at INTEGER NOT NULL,
	set_by TEXT NOT NULL,
	PRIMARY KEY (division, county, agency)
) STRICT, WITHOUT ROWID;

-- Counts what is done with the list, the scope or the round of a county: it is raised by whoever read it, and
-- who read it before somebody else did so decides again.
CREATE TABLE align_county (
	division TEXT NOT NULL,
	county TEXT NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (division, county)
) STRICT, WITHOUT ROWID;

-- A list as it was handed in, never changed.  content: CSV in UTF-8; the file's name is in the record's body.
CREATE TABLE align_list (
	division TEXT NOT NULL,
	county TEXT NOT NULL,
	number INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	nrows INTEGER NOT NULL,
	content BLOB NOT NULL,
	record BLOB NOT NULL,
	at INTEGER NOT NULL,
	by_user TEXT NOT NULL,
	PRIMARY KEY (division, county, number)
) STRICT;

-- touched: counts what was done in it, so that it is closed with what was seen.  named: opened for named
-- counties only.  opened, closed: records; the title is in the body of the first.
CREATE TABLE align_round (
	division TEXT NOT NULL,
	number INTEGER NOT NULL,
	version INTEGER NOT NULL,
	touched INTEGER NOT NULL,
	state TEXT NOT NULL,
	inventory INTEGER NOT NULL,
	named INTEGER NOT NULL,
	closes INTEGER NOT NULL,
	opened BLOB NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	closed BLOB,
	closed_at INTEGER,
	closed_by TEXT,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX align_round_open ON align_round (division) WHERE state = 'open';

-- The list of a county that a round began with, and the one in view; figures: JSON, of both.
CREATE TABLE align_round_list (
	division TEXT NOT NULL,
	round INTEGER NOT NULL,
	county TEXT NOT NULL,
	first_list INTEGER NOT NULL,
	list INTEGER NOT NULL,
	first_figures TEXT NOT NULL,
	figures TEXT NOT NULL,
	PRIMARY KEY (division, round, county),
	FOREIGN KEY (division, round) REFERENCES align_round (division, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX align_round_list_county ON align_round_list (division, county, round);

-- key: what it is about, the same in every round.  list: in which it was found; gone: the last that had
-- it, NULL while the one in view has.  decided: the record, whose body has the reason.  names: what is
-- searched; found: JSON, the row, the evidence and the candidates.
CREATE TABLE align_difference (
	division TEXT NOT NULL,
	round INTEGER NOT NULL,
	key BLOB NOT NULL,
	version INTEGER NOT NULL,
	county TEXT NOT NULL,
	kind TEXT NOT NULL,
	agency TEXT NOT NULL,
	matter TEXT NOT NULL,
	item TEXT NOT NULL,
	certainty INTEGER NOT NULL,
	list INTEGER NOT NULL,
	gone INTEGER,
	state TEXT NOT NULL,
	decided BLOB,
	decided_at INTEGER,
	decided_by TEXT,
	assignee TEXT,
	until_day INTEGER,
	item_method TEXT NOT NULL,
	row_method TEXT NOT NULL,
	names TEXT NOT NULL,
	found TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, round, key),
	FOREIGN KEY (division, round) REFERENCES align_round (division, number)
) STRICT;
-- All that counting reads: the rows themselves are wide.
CREATE INDEX align_difference_count ON align_difference (division, round, county, kind, state, gone, item_method, row_method);
CREATE INDEX align_difference_order ON align_difference (division, round, county, agency, matter, item, key);

-- What was done with a difference, or with the round itself (key ''); each is a record, its body has the words.
CREATE TABLE align_event (
	division TEXT NOT NULL,
	round INTEGER NOT NULL,
	key BLOB NOT NULL,
	record BLOB NOT NULL,
	at INTEGER NOT NULL,
	event TEXT NOT NULL,
	PRIMARY KEY (division, round, key, record),
	FOREIGN KEY (division, round) REFERENCES align_round (division, number)
) STRICT, WITHOUT ROWID;

-- The figures of a county at an instant.  publication: that which came into force; drift: JSON, of the last closed round.
CREATE TABLE align_measure (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	county TEXT NOT NULL,
	at INTEGER NOT NULL,
	cause TEXT NOT NULL,
	round INTEGER,
	inventory INTEGER NOT NULL,
	list INTEGER NOT NULL,
	publication INTEGER,
	figures TEXT NOT NULL,
	drift TEXT,
	PRIMARY KEY (division, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX align_measure_county ON align_measure (division, county, id);
