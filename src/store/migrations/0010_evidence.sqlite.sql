-- 0010: the full tiles of each log's tree, and the newest signed checkpoint of each log.

-- C2SP tlog-tiles.  data: what is served, 256 hashes of 32 bytes; root: their tree's root, which is a hash
-- of the tile one level up.  Partial tiles and bundles of entries are computed from entry and root.
CREATE TABLE tile (
	log TEXT NOT NULL REFERENCES log (name),
	level INTEGER NOT NULL,
	idx INTEGER NOT NULL,
	root BLOB NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (log, level, idx)
) STRICT;

-- note: a C2SP checkpoint with its signatures, of the tree of this size.  vkey: the verifier key of the log.
CREATE TABLE checkpoint (
	log TEXT NOT NULL PRIMARY KEY REFERENCES log (name),
	size INTEGER NOT NULL,
	note TEXT NOT NULL,
	vkey TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;

-- A receipt of a record that was erased is asked for by the record's id.
CREATE INDEX tombstone_record ON tombstone (division, record);
