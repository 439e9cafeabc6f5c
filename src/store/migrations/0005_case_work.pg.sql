-- 0005: what a case has beside its items: limits, deferral, correction; desks that ask back and
-- pass on; disputes of values; platforms that send cases in and are told how they go.

-- accepted, concluded, correction: the records of these; days are days since 1970 in China.
-- external_*: the number that the platform gave the case.
ALTER TABLE service_case ADD COLUMN accepted BYTEA;
ALTER TABLE service_case ADD COLUMN concluded BYTEA;
ALTER TABLE service_case ADD COLUMN deferred_until BIGINT;
ALTER TABLE service_case ADD COLUMN correction BYTEA;
ALTER TABLE service_case ADD COLUMN correction_due BIGINT;
ALTER TABLE service_case ADD COLUMN external_platform TEXT COLLATE "C";
ALTER TABLE service_case ADD COLUMN external_number TEXT COLLATE "C";
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
ALTER TABLE case_item ADD COLUMN deferred BIGINT NOT NULL DEFAULT 0;

-- needed, supplied: the records of what the desk asked back and of what it was told; left_ms: the
-- office time that it had left then; reminded_at, urged_at: the last reminder of the counter and of
-- a supervisor; next: the verification that goes on at another desk.
ALTER TABLE verification ADD COLUMN needed BYTEA;
ALTER TABLE verification ADD COLUMN supplied BYTEA;
ALTER TABLE verification ADD COLUMN left_ms BIGINT;
ALTER TABLE verification ADD COLUMN reminders BIGINT NOT NULL DEFAULT 0;
ALTER TABLE verification ADD COLUMN reminded_at BIGINT;
ALTER TABLE verification ADD COLUMN urged_at BIGINT;
ALTER TABLE verification ADD COLUMN next BYTEA;
CREATE INDEX verification_due ON verification (division, state, due_at, id);

-- Who answers for a desk while its own people are away.
CREATE TABLE deputy (
	desk TEXT COLLATE "C" NOT NULL,
	user_id TEXT COLLATE "C" NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	named_at BIGINT NOT NULL,
	named_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (desk, user_id)
);

-- A value that a data query gave is disputed.  disputed: the record with the value; opened and
-- answered: the records whose bodies say why, and what was found.  agency: the owner of the data.
CREATE TABLE dispute (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	case_id BYTEA NOT NULL,
	item TEXT COLLATE "C" NOT NULL,
	service TEXT COLLATE "C" NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	disputed BYTEA NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT COLLATE "C" NOT NULL,
	opened BYTEA NOT NULL,
	due_at BIGINT NOT NULL,
	due_unit TEXT COLLATE "C" NOT NULL,
	due_amount BIGINT NOT NULL,
	due_calendar BIGINT NOT NULL,
	outcome TEXT COLLATE "C",
	answered_at BIGINT,
	answered_by TEXT COLLATE "C",
	answered BYTEA,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
);
CREATE INDEX dispute_agency ON dispute (agency, state, due_at, id);
CREATE INDEX dispute_case ON dispute (division, case_id);

-- What those who work on a case are told besides: a value that it used was corrected.
CREATE TABLE case_notice (
	division TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	case_id BYTEA NOT NULL,
	item TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	cause_division TEXT COLLATE "C" NOT NULL,
	cause BYTEA NOT NULL,
	at BIGINT NOT NULL,
	seen_at BIGINT,
	seen_by TEXT COLLATE "C",
	PRIMARY KEY (division, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
);
CREATE INDEX case_notice_case ON case_notice (division, case_id, id);

-- Platforms of others: one window.  token: blind index; secret: sealed, signs webhooks; scope: whose
-- matters it opens cases for, its agency's or its division's; told: the last number of its webhooks.
CREATE TABLE platform (
	id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
	name TEXT COLLATE "C" NOT NULL,
	scope TEXT COLLATE "C" NOT NULL,
	agency TEXT COLLATE "C" NOT NULL,
	division TEXT COLLATE "C" NOT NULL,
	token BYTEA NOT NULL,
	url TEXT COLLATE "C" NOT NULL,
	secret BYTEA NOT NULL,
	version BIGINT NOT NULL,
	state TEXT COLLATE "C" NOT NULL,
	told BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by TEXT COLLATE "C" NOT NULL,
	UNIQUE (token)
);

-- What a platform is told: a row of the operation that it tells of, under the id of its record, with
-- the version and the state that this left the case in.  No personal data.  seq: the place in the
-- order in which the platform is told, given once the row can be read; then nothing comes before
-- it any more.  Kept after it was delivered, so that a platform can also ask.  next_at: when it is
-- tried next; NULL when it was delivered or given up.
CREATE TABLE webhook (
	division TEXT COLLATE "C" NOT NULL,
	platform TEXT COLLATE "C" NOT NULL,
	id BYTEA NOT NULL,
	case_id BYTEA NOT NULL,
	event TEXT COLLATE "C" NOT NULL,
	case_version BIGINT NOT NULL,
	case_state TEXT COLLATE "C" NOT NULL,
	at BIGINT NOT NULL,
	seq BIGINT,
	attempts BIGINT NOT NULL,
	next_at BIGINT,
	delivered_at BIGINT,
	failure TEXT COLLATE "C",
	PRIMARY KEY (division, platform, id),
	FOREIGN KEY (division, case_id) REFERENCES service_case (division, id)
);
CREATE INDEX webhook_seq ON webhook (division, platform, seq);
CREATE INDEX webhook_new ON webhook (division, platform, id) WHERE seq IS NULL;
CREATE INDEX webhook_next ON webhook (division, platform, seq) WHERE next_at IS NOT NULL;
CREATE INDEX webhook_owed ON webhook (division, platform, id) WHERE delivered_at IS NULL;
