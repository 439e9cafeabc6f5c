-- index 0001: sorted runs (svc/index).  Everything here can be made again from record and entry.

-- How far a log is in runs: next is the first index that is not; entry is that of the one before.
CREATE TABLE index_position (
	log TEXT NOT NULL PRIMARY KEY,
	next INTEGER NOT NULL,
	entry BLOB NOT NULL
) STRICT;

-- A run holds what the indexes from start to below upto of a log say, in order.
CREATE TABLE index_run (
	log TEXT NOT NULL,
	level INTEGER NOT NULL,
	start INTEGER NOT NULL,
	upto INTEGER NOT NULL,
	PRIMARY KEY (log, level, start)
) STRICT;

-- first: the first entry of the page.  content: entries and a sum.  Pages are written in their order.
CREATE TABLE index_page (
	log TEXT NOT NULL,
	level INTEGER NOT NULL,
	start INTEGER NOT NULL,
	first BLOB NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (log, level, start, first)
) STRICT;
