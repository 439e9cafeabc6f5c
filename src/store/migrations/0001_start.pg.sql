-- 0001: the first schema.  Instants are ms since 1970 UTC, days are days since 1970 in China.
-- Personal data are only in columns whose comment says sealed (crypto/seal.h).

CREATE TABLE meta (
	key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	value TEXT COLLATE "C" NOT NULL
);

-- Data keys, wrapped by the master key.
CREATE TABLE data_key (
	id BIGINT NOT NULL PRIMARY KEY,
	made_at BIGINT NOT NULL,
	wrapped BYTEA NOT NULL
);

-- One log per serving process.  edge: the roots of the perfect subtrees, 32 bytes each.
CREATE TABLE log (
	name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	origin TEXT COLLATE "C" NOT NULL,
	epoch BIGINT NOT NULL,
	size BIGINT NOT NULL,
	root BYTEA NOT NULL,
	edge BYTEA NOT NULL,
	at BIGINT NOT NULL
);

CREATE TABLE entry (
	log TEXT COLLATE "C" NOT NULL REFERENCES log (name),
	idx BIGINT NOT NULL,
	entry BYTEA NOT NULL,
	leaf BYTEA NOT NULL,
	division TEXT COLLATE "C" NOT NULL,
	record BYTEA NOT NULL,
	PRIMARY KEY (log, idx)
);

-- text: RFC 8785, no values.  body: sealed, body_salt (32 bytes) and then the body.
-- subjects: blind indexes of 16 bytes, first whom was asked about, then who is mentioned.
CREATE TABLE record (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	log TEXT COLLATE "C" NOT NULL,
	idx BIGINT NOT NULL,
	type TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	case_id BYTEA,
	salt BYTEA NOT NULL,
	text TEXT COLLATE "C" NOT NULL,
	body BYTEA,
	subjects BYTEA,
	PRIMARY KEY (division, id)
);
CREATE INDEX record_case ON record (division, case_id, id) WHERE case_id IS NOT NULL;

-- body_blind: blind index of the address and body of the request.
CREATE TABLE idempotency (
	division TEXT COLLATE "C" NOT NULL,
	key BYTEA NOT NULL,
	caller TEXT COLLATE "C" NOT NULL,
	body_blind BYTEA NOT NULL,
	record BYTEA NOT NULL,
	object TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (division, key, caller)
);

-- name: sealed.
CREATE TABLE user_account (
	id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	name BYTEA NOT NULL,
	role TEXT COLLATE "C" NOT NULL,
	scope TEXT COLLATE "C" NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	division TEXT COLLATE "C" NOT NULL,
	desk TEXT COLLATE "C",
	says TEXT COLLATE "C" NOT NULL,
	demo BIGINT NOT NULL
);

-- token: blind index of the cookie.
CREATE TABLE session (
	token BYTEA NOT NULL PRIMARY KEY,
	user_id TEXT COLLATE "C" NOT NULL REFERENCES user_account (id),
	made_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE TABLE inventory_version (
	version BIGINT NOT NULL PRIMARY KEY,
	sha256 TEXT COLLATE "C" NOT NULL,
	imported_at BIGINT NOT NULL
);

-- The files of a version, byte for byte: what was imported is what is in force.
CREATE TABLE inventory_file (
	version BIGINT NOT NULL REFERENCES inventory_version (version),
	name TEXT COLLATE "C" NOT NULL,
	content BYTEA NOT NULL,
	PRIMARY KEY (version, name)
);

-- Departments' datasets.  generation: the import that is in use.
CREATE TABLE dataset (
	name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	generation BIGINT NOT NULL,
	sha256 TEXT COLLATE "C" NOT NULL,
	nrows BIGINT NOT NULL,
	imported_at BIGINT NOT NULL
);

-- sealed: the whole row as a JSON object of texts.
CREATE TABLE dataset_row (
	dataset TEXT COLLATE "C" NOT NULL,
	id BIGINT NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (dataset, id)
);

-- keyset: the input names of a service, sorted, with commas; blind: of their values.
CREATE TABLE dataset_key (
	dataset TEXT COLLATE "C" NOT NULL,
	keyset TEXT COLLATE "C" NOT NULL,
	blind BYTEA NOT NULL,
	id BIGINT NOT NULL,
	PRIMARY KEY (dataset, keyset, blind, id)
);

-- reason: sealed.
CREATE TABLE source_state (
	service TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	reason BYTEA NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL
);

-- people: sealed, parties, form answers and asked values as JSON.
CREATE TABLE service_case (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	number TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	matter TEXT COLLATE "C" NOT NULL,
	inventory BIGINT NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	channel TEXT COLLATE "C" NOT NULL,
	people BYTEA NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT COLLATE "C" NOT NULL,
	due_day BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, id),
	UNIQUE (division, number)
);
CREATE INDEX service_case_agency ON service_case (division, agency, id);

-- The last case number of a log on a day: numbers are given by the process, this keeps the place.
CREATE TABLE case_counter (
	log TEXT COLLATE "C" NOT NULL,
	day BIGINT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (log, day)
);

-- missing: form fields or inputs that are not there, with commas.  steps: JSON, codes only.
CREATE TABLE case_item (
	division TEXT COLLATE "C" NOT NULL,
	case_id BYTEA NOT NULL,
	item TEXT COLLATE "C" NOT NULL,
	position BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	way TEXT COLLATE "C" NOT NULL,
	missing TEXT COLLATE "C" NOT NULL,
	record BYTEA,
	verification BYTEA,
	steps TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, case_id, item),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
);

-- The question is in the body of the record `sent`, the basis in that of `answered`.
CREATE TABLE verification (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	case_id BYTEA NOT NULL,
	item TEXT COLLATE "C" NOT NULL,
	desk TEXT COLLATE "C" NOT NULL,
	sent_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	due_unit TEXT COLLATE "C" NOT NULL,
	due_amount BIGINT NOT NULL,
	due_calendar BIGINT NOT NULL,
	signed_at BIGINT,
	signed_by TEXT COLLATE "C",
	answer TEXT COLLATE "C",
	answered_at BIGINT,
	sent BYTEA NOT NULL,
	answered BYTEA,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
);
CREATE INDEX verification_desk ON verification (desk, state, due_at, id);
CREATE INDEX verification_case ON verification (division, case_id);

-- Texts shown to a person, word for word; no personal data in them.
CREATE TABLE legal_text (
	hash BYTEA NOT NULL PRIMARY KEY,
	text TEXT COLLATE "C" NOT NULL
);
