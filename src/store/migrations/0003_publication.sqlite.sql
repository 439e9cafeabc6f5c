-- 0003: an imported version is a draft until it is published.  What was in force before was
-- published when it was imported.

-- A version is in force from the first instant of effective_day, or from published_at on that day;
-- of several the one with the latest day, and of those the latest seq.  decision: the document that it
-- rests on, as it is cited.
CREATE TABLE inventory_publication (
	seq INTEGER NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL REFERENCES inventory_version (version),
	effective_day INTEGER NOT NULL,
	published_at INTEGER NOT NULL,
	published_by TEXT NOT NULL,
	decision TEXT NOT NULL,
	withdrawn_at INTEGER
) STRICT;
CREATE INDEX inventory_publication_day ON inventory_publication (effective_day, seq);
INSERT INTO inventory_publication (seq, version, effective_day, published_at, published_by, decision)
	SELECT version, version, (imported_at + 28800000) / 86400000, imported_at, 'root', ''
	FROM inventory_version;
