-- 0002: what stays of a record that was erased: its entry, its leaf, and who erased it when.

-- division, record: those of the entry.  erasure: the record of the operation that erased it.
CREATE TABLE tombstone (
	log TEXT NOT NULL,
	idx INTEGER NOT NULL,
	division TEXT NOT NULL,
	record BLOB NOT NULL,
	erased_at INTEGER NOT NULL,
	erasure BLOB NOT NULL,
	PRIMARY KEY (log, idx),
	FOREIGN KEY (log, idx) REFERENCES entry (log, idx)
) STRICT;
