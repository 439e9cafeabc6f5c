-- 0009: agencies are created, renamed, merged and split from a day on; what was moved for it.

-- agency: what it is about, other: into which it merges or splits, '' for none.  inventory_from, inventory:
-- the versions before and after.  plan: what was asked for, JSON, codes only.  ended_at: withdrawn, or nothing
-- is left to move.
CREATE TABLE agency_change (
	seq INTEGER NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	effective_day INTEGER NOT NULL,
	agency TEXT NOT NULL,
	other TEXT NOT NULL,
	inventory_from INTEGER NOT NULL REFERENCES inventory_version (version),
	inventory INTEGER NOT NULL REFERENCES inventory_version (version),
	publication INTEGER NOT NULL REFERENCES inventory_publication (seq),
	plan TEXT NOT NULL,
	decision TEXT NOT NULL,
	planned_at INTEGER NOT NULL,
	planned_by TEXT NOT NULL,
	begun_at INTEGER,
	ended_at INTEGER,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL
) STRICT;

-- object: "<division>-<uuid>" of a case and the like, else an id.  record: that of the operation.
CREATE TABLE agency_moved (
	division TEXT NOT NULL,
	change INTEGER NOT NULL REFERENCES agency_change (seq),
	kind TEXT NOT NULL,
	object TEXT NOT NULL,
	from_code TEXT NOT NULL,
	to_code TEXT NOT NULL,
	at INTEGER NOT NULL,
	record BLOB NOT NULL,
	PRIMARY KEY (division, change, kind, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX agency_moved_change ON agency_moved (change, kind);
