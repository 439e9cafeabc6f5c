-- 0005: what a case has beside its items: limits, deferral, correction; desks that ask back and
-- pass on; disputes of values; platforms that send cases in and are told how they go.

-- accepted, concluded, correction: the records of these; days are days since 1970 in China.
-- external_*: the number that the platform gave the case.
ALTER TABLE service_case ADD COLUMN accepted BLOB;
ALTER TABLE service_case ADD COLUMN concluded BLOB;
ALTER TABLE service_case ADD COLUMN deferred_until INTEGER;
ALTER TABLE service_case ADD COLUMN correction BLOB;
ALTER TABLE service_case ADD COLUMN correction_due INTEGER;
ALTER TABLE service_case ADD COLUMN external_platform TEXT;
ALTER TABLE service_case ADD COLUMN external_number TEXT;
-- Cases that were accepted or concluded before.
UPDATE service_case SET
	accepted = (SELECT r.id FROM record r WHERE r.division = service_case.division AND
		r.case_id = service_case.id AND r.type = 'case.accepted' LIMIT 1),
	concluded = (SELECT r.id FROM record r WHERE r.division = service_case.division AND
		r.case_id = service_case.id AND r.type = 'case.concluded' LIMIT 1)
	WHERE state <> 'open';
CREATE UNIQUE INDEX service_case_external ON service_case (division, external_platform, external_number)
	WHERE external_number IS NOT NULL;

-- deferred: 1 where the case was accepted although this item still lacked something.
ALTER TABLE case_item ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0;

-- needed, supplied: the records of what the desk asked back and of what it was told; left_ms: the
-- office time that it had left then; reminded_at, urged_at: the last reminder of the counter and of
-- a supervisor; next: the verification that goes on at another desk.
ALTER TABLE verification ADD COLUMN needed BLOB;
ALTER TABLE verification ADD COLUMN supplied BLOB;
ALTER TABLE verification ADD COLUMN left_ms INTEGER;
ALTER TABLE verification ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verification ADD COLUMN reminded_at INTEGER;
ALTER TABLE verification ADD COLUMN urged_at INTEGER;
ALTER TABLE verification ADD COLUMN next BLOB;
CREATE INDEX verification_due ON verification (division, state, due_at, id);

-- Who answers for a desk while its own people are away.
CREATE TABLE deputy (
	desk TEXT NOT NULL,
	user_id TEXT NOT NULL,
	from_at INTEGER NOT NULL,
	until_at INTEGER NOT NULL,
	named_at INTEGER NOT NULL,
	named_by TEXT NOT NULL,
	PRIMARY KEY (desk, user_id)
) STRICT;

-- A value that a data query gave is disputed.  disputed: the record with the value; opened and
-- answered: the records whose bodies say why, and what was found.  agency: the owner of the data.
CREATE TABLE dispute (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	case_id BLOB NOT NULL,
	item TEXT NOT NULL,
	service TEXT NOT NULL,
	agency TEXT NOT NULL,
	disputed BLOB NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	opened BLOB NOT NULL,
	due_at INTEGER NOT NULL,
	due_unit TEXT NOT NULL,
	due_amount INTEGER NOT NULL,
	due_calendar INTEGER NOT NULL,
	outcome TEXT,
	answered_at INTEGER,
	answered_by TEXT,
	answered BLOB,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	PRIMARY KEY (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
) STRICT;
CREATE INDEX dispute_agency ON dispute (agency, state, due_at, id);
CREATE INDEX dispute_case ON dispute (division, case_id);

-- What those who work on a case are told besides: a value that it used was corrected.
CREATE TABLE case_notice (
	division TEXT NOT NULL,
	id BLOB NOT NULL,
	case_id BLOB NOT NULL,
	item TEXT NOT NULL,
	kind TEXT NOT NULL,
	cause_division TEXT NOT NULL,
	cause BLOB NOT NULL,
	at INTEGER NOT NULL,
	seen_at INTEGER,
	seen_by TEXT,
	PRIMARY KEY (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
) STRICT;
CREATE INDEX case_notice_case ON case_notice (division, case_id, id);

-- Platforms of others: one window.  token: blind index; secret: sealed, signs webhooks; scope: whose
-- matters it opens cases for, its agency's or its division's; told: the last number of its webhooks.
CREATE TABLE platform (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	scope TEXT NOT NULL,
	agency TEXT NOT NULL,
	division TEXT NOT NULL,
	token BLOB NOT NULL,
	url TEXT NOT NULL,
	secret BLOB NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	told INTEGER NOT NULL,
	changed_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	UNIQUE (token)
) STRICT;

-- What a platform is told: a row of the operation that it tells of, under the id of its record, with
-- the version and the state that this left the case in.  No personal data.  seq: the place in the
-- order in which the platform is told, given once the row can be read; then nothing comes before
-- it any more.  Kept after it was delivered, so that a platform can also ask.  next_at: when it is
-- tried next; NULL when it was delivered or given up.
CREATE TABLE webhook (
	division TEXT NOT NULL,
	platform TEXT NOT NULL,
	id BLOB NOT NULL,
	case_id BLOB NOT NULL,
	event TEXT NOT NULL,
	case_version INTEGER NOT NULL,
	case_state TEXT NOT NULL,
	at INTEGER NOT NULL,
	seq INTEGER,
	attempts INTEGER NOT NULL,
	next_at INTEGER,
	delivered_at INTEGER,
	failure TEXT,
	PRIMARY KEY (division, platform, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
) STRICT;
CREATE INDEX webhook_seq ON webhook (division, platform, seq);
CREATE INDEX webhook_new ON webhook (division, platform, id) WHERE seq IS NULL;
CREATE INDEX webhook_next ON webhook (division, platform, seq) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_owed ON webhook (division, platform, id) WHERE delivered_at IS NULL;
