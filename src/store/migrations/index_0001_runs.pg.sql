-- index 0001: sorted runs (svc/index).  Everything here can be made again from record and entry.

-- How far a log is in runs: next is the first index that is not; entry is that of the one before.
CREATE TABLE index_position (
	log TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	next BIGINT NOT NULL,
	entry BYTEA NOT NULL
);

-- A run holds what the indexes from start to below upto of a log say, in order.
CREATE TABLE index_run (
	log TEXT COLLATE "C" NOT NULL,
	level BIGINT NOT NULL,
	start BIGINT NOT NULL,
	upto BIGINT NOT NULL,
	PRIMARY KEY (log, level, start)
);

-- first: the first entry of the page.  content: entries and a sum.  Pages are written in their order.
CREATE TABLE index_page (
	log TEXT COLLATE "C" NOT NULL,
	level BIGINT NOT NULL,
	start BIGINT NOT NULL,
	first BYTEA NOT NULL,
	content BYTEA NOT NULL,
	PRIMARY KEY (log, level, start, first)
);
-- Random bytes: neither compressed nor kept elsewhere; two pages fill a block.
ALTER TABLE index_page ALTER COLUMN content SET STORAGE PLAIN;
