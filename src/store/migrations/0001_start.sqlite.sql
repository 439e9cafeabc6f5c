-- 0001: the first schema.  Instants are ms since 1970 UTC, days are days since 1970 in China.
-- Personal data are only in columns whose comment says sealed (crypto/seal.h).

CREATE TABLE meta (
	key TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;

-- Data keys, wrapped by the master key.
CREATE TABLE data_key (
	id INTEGER NOT NULL PRIMARY KEY,
	made_at INTEGER NOT NULL,
	wrapped BLOB NOT NULL
) STRICT;

-- One log per serving process.  edge: the roots of the perfect subtrees, 32 bytes each.
CREATE TABLE log (
	name TEXT NOT NULL PRIMARY KEY,
	origin TEXT NOT NULL,
	epoch INTEGER NOT NULL,
	size INTEGER NOT NULL,
	root BLOB NOT NULL,
	edge BLOB NOT NULL,
	at INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
	log TEXT NOT NULL REFERENCES log (name),
	idx INTEGER NOT NULL,
	entry BLOB NOT NULL,
	leaf BLOB NOT NULL,
	division TEXT NOT NULL,
	record BLOB NOT NULL,
	PRIMARY KEY (log, idx)
) STRICT, WITHOUT ROWID;

-- text: RFC 8785, no values.  body: sealed, body_salt (32 bytes) and then the body.
-- subjects: blind indexes of 16 bytes, first whom was asked about, then who is mentioned.
CREATE TABLE record (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	log TEXT NOT NULL,
	idx INTEGER NOT NULL,
	type TEXT NOT NULL,
	at INTEGER NOT NULL,
	case_id BLOB,
	salt BLOB NOT NULL,
	text TEXT NOT NULL,
	body BLOB,
	subjects BLOB,
	PRIMARY KEY (division, id)
) STRICT;
CREATE INDEX record_case ON record (division, case_id, id) WHERE case_id IS NOT NULL;

-- body_blind: blind index of the address and body of the request.
CREATE TABLE idempotency (
	division TEXT NOT NULL,
	key BLOB NOT NULL,
	caller TEXT NOT NULL,
	body_blind BLOB NOT NULL,
	record BLOB NOT NULL,
	object TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (division, key, caller)
) STRICT, WITHOUT ROWID;

-- name: sealed.
CREATE TABLE user_account (
	id TEXT NOT NULL PRIMARY KEY,
	name BLOB NOT NULL,
	role TEXT NOT NULL,
	scope TEXT NOT NULL,
	agency TEXT NOT NULL,
	division TEXT NOT NULL,
	desk TEXT,
	says TEXT NOT NULL,
	demo INTEGER NOT NULL
) STRICT;

-- token: blind index of the cookie.
CREATE TABLE session (
	token BLOB NOT NULL PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES user_account (id),
	made_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE inventory_version (
	version INTEGER NOT NULL PRIMARY KEY,
	sha256 TEXT NOT NULL,
	imported_at INTEGER NOT NULL
) STRICT;

-- The files of a version, byte for byte: what was imported is what is in force.
CREATE TABLE inventory_file (
	version INTEGER NOT NULL REFERENCES inventory_version (version),
	name TEXT NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (version, name)
) STRICT;

-- Departments' datasets.  generation: the import that is in use.
CREATE TABLE dataset (
	name TEXT NOT NULL PRIMARY KEY,
	generation INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	nrows INTEGER NOT NULL,
	imported_at INTEGER NOT NULL
) STRICT;

-- sealed: the whole row as a JSON object of texts.
CREATE TABLE dataset_row (
	dataset TEXT NOT NULL,
	id INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (dataset, id)
) STRICT;

-- keyset: the input names of a service, sorted, with commas; blind: of their values.
CREATE TABLE dataset_key (
	dataset TEXT NOT NULL,
	keyset TEXT NOT NULL,
	blind BLOB NOT NULL,
	id INTEGER NOT NULL,
	PRIMARY KEY (dataset, keyset, blind, id)
) STRICT, WITHOUT ROWID;

-- reason: sealed.
CREATE TABLE source_state (
	service TEXT NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	reason BLOB NOT NULL,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL
) STRICT;

-- people: sealed, parties, form answers and asked values as JSON.
CREATE TABLE service_case (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	matter TEXT NOT NULL,
	inventory INTEGER NOT NULL,
	agency TEXT NOT NULL,
	channel TEXT NOT NULL,
	people BLOB NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	due_day INTEGER NOT NULL,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
) STRICT;
CREATE INDEX service_case_agency ON service_case (division, agency, id);

-- The last case number of a log on a day: numbers are given by the process, this keeps the place.
CREATE TABLE case_counter (
	log TEXT NOT NULL,
	day INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (log, day)
) STRICT;

-- missing: form fields or inputs that are not there, with commas.  steps: JSON, codes only.
CREATE TABLE case_item (
	division TEXT NOT NULL,
	case_id BLOB NOT NULL,
	item TEXT NOT NULL,
	position INTEGER NOT NULL,
	state TEXT NOT NULL,
	way TEXT NOT NULL,
	missing TEXT NOT NULL,
	record BLOB,
	verification BLOB,
	steps TEXT NOT NULL,
	PRIMARY KEY (division, case_id, item),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
) STRICT;

-- The question is in the body of the record `sent`, the basis in that of `answered`.
CREATE TABLE verification (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	case_id BLOB NOT NULL,
	item TEXT NOT NULL,
	desk TEXT NOT NULL,
	sent_at INTEGER NOT NULL,
	due_at INTEGER NOT NULL,
	due_unit TEXT NOT NULL,
	due_amount INTEGER NOT NULL,
	due_calendar INTEGER NOT NULL,
	signed_at INTEGER,
	signed_by TEXT,
	answer TEXT,
	answered_at INTEGER,
	sent BLOB NOT NULL,
	answered BLOB,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
) STRICT;
CREATE INDEX verification_desk ON verification (desk, state, due_at, id);
CREATE INDEX verification_case ON verification (division, case_id);

-- Texts shown to a person, word for word; no personal data in them.
CREATE TABLE legal_text (
	hash BLOB NOT NULL PRIMARY KEY,
	text TEXT NOT NULL
) STRICT;
