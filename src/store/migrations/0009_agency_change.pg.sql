-- 0009: agencies are created, renamed, merged and split from a day on; what was moved for it.

-- agency: what it is about, other: into which it merges or splits, '' for none.  inventory_from, inventory:
-- the versions before and after.  plan: what was asked for, JSON, codes only.  ended_at: withdrawn, or nothing
-- is left to move.
CREATE TABLE agency_change (
	seq BIGINT NOT NULL PRIMARY KEY,
	version BIGINT NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	effective_day BIGINT NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	other TEXT COLLATE "C" NOT NULL,
	inventory_from BIGINT NOT NULL REFERENCES inventory_version (version),
	inventory BIGINT NOT NULL REFERENCES inventory_version (version),
	publication BIGINT NOT NULL REFERENCES inventory_publication (seq),
	plan TEXT COLLATE "C" NOT NULL,
	decision TEXT COLLATE "C" NOT NULL,
	planned_at BIGINT NOT NULL,
	planned_by TEXT COLLATE "C" NOT NULL,
	begun_at BIGINT,
	ended_at BIGINT,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL
);

-- object: "<division>-<uuid>" of a case and the like, else an id.  record: that of the operation.
CREATE TABLE agency_moved (
	division TEXT COLLATE "C" NOT NULL,
	change BIGINT NOT NULL REFERENCES agency_change (seq),
	kind TEXT COLLATE "C" NOT NULL,
	object TEXT COLLATE "C" NOT NULL,
	from_code TEXT COLLATE "C" NOT NULL,
	to_code TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	record BYTEA NOT NULL,
	PRIMARY KEY (division, change, kind, object)
);
CREATE INDEX agency_moved_change ON agency_moved (change, kind);
