-- 0010: the full tiles of each log's tree, and the newest signed checkpoint of each log.

-- C2SP tlog-tiles.  data: what is served, 256 hashes of 32 bytes; root: their tree's root, which is a hash
-- of the tile one level up.  Partial tiles and bundles of entries are computed from entry and root.
CREATE TABLE tile (
	log TEXT COLLATE "C" NOT NULL REFERENCES log (name),
	level BIGINT NOT NULL,
	idx BIGINT NOT NULL,
	root BYTEA NOT NULL,
	data BYTEA NOT NULL,
	PRIMARY KEY (log, level, idx)
);
-- Hashes do not compress: nobody need try.
ALTER TABLE tile ALTER COLUMN data SET STORAGE EXTERNAL;

-- note: a C2SP checkpoint with its signatures, of the tree of this size.  vkey: the verifier key of the log.
CREATE TABLE checkpoint (
	log TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES log (name),
	size BIGINT NOT NULL,
	note TEXT COLLATE "C" NOT NULL,
	vkey TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL
);

-- A receipt of a record that was erased is asked for by the record's id.
CREATE INDEX tombstone_record ON tombstone (division, record);
