-- 0002: what stays of a record that was erased: its entry, its leaf, and who erased it when.

-- division, record: those of the entry.  erasure: the record of the operation that erased it.
CREATE TABLE tombstone (
	log TEXT COLLATE "C" NOT NULL,
	idx BIGINT NOT NULL,
	division TEXT COLLATE "C" NOT NULL,
	record BYTEA NOT NULL,
	erased_at BIGINT NOT NULL,
	erasure BYTEA NOT NULL,
	PRIMARY KEY (log, idx),
	FOREIGN KEY (log, idx) REFERENCES entry (log, idx)
);
