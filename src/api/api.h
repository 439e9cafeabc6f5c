/*
 * api.h - the HTTP interface: one table of endpoints, one file per resource.
 *
 * A call goes: who, may they, is it well formed, prepare; what prepare adds to act is handed
 * to the journal and awaited; then render writes the answer.  Faults become RFC 9457
 * problem details in one place (problem.c), refusals of known callers become records.
 */
#ifndef API_API_H
#define API_API_H

#include <jansson.h>

#include "base/conf.h"
#include "http/http.h"
#include "svc/act.h"
#include "svc/app.h"
#include "svc/cases/case.h"
#include "svc/cases/verification.h"
#include "svc/disputes/dispute.h"
#include "svc/person/person.h"

enum endpoint_flags {
	NEEDS_KEY = 1,		/* Idempotency-Key */
	NEEDS_MATCH = 2,	/* If-Match */
	SOCKET_ONLY = 4,	/* not over TCP */
	NO_CONTENT = 8,		/* 204: render only sets headers */
	RAW_BODY = 32,		/* a list: its bytes, text or workbook, not JSON */
	STANDS_ALONE = 16,	/* several objects: each operation has a key of its own, wins or loses */
};

struct call;

struct endpoint {
	enum http_method method;
	const char *pattern;
	enum action action;
	size_t body_max;
	int flags;
	int status;		/* of success */
	/* Reads, decides, adds operations to call->act.  May be NULL. */
	int (*prepare)(struct call *call, struct fault *f);
	/* The answer as it is now, also for a repeated request: a tree, or call->text and no tree. */
	int (*render)(struct call *call, json_t **ret_json, struct fault *f);
	/* With NEEDS_MATCH: the object as it is now, for whoever was overtaken; as render gives it. */
	int (*current)(struct call *call, json_t **ret_json, struct fault *f);
};

extern const struct endpoint endpoints[];
extern const size_t nendpoints;

struct deliver;
struct joint_file;
struct joint_driver;
struct watchers;
struct live;
struct strangers;
struct ceilings;
struct exports;

struct api {
	struct app *app;
	const struct conf *conf;
	struct http_server *server;
	struct http_route *routes;
	struct strangers *strangers;
	struct ceilings *ceilings;
	struct exports *exports;
	struct deliver *deliver;	/* NULL where platforms are told nothing */
	struct watchers *watchers;
	struct live *live;	/* NULL before the server runs */
	struct joint_driver *driver;	/* NULL where joint cases stand still */
	char web[4096];		/* directory of the pages */
	int session_hours;
};

/* One request.  Lives from the first call of the handler until the answer is away. */
struct call {
	struct api *api;
	struct http_request *req;
	const struct endpoint *ep;
	enum lang lang;
	json_t *body;		/* NULL where none is taken */
	int tries;
	int replay;		/* the request had happened before */
	int answered;		/* prepare has answered by itself */
	int waits;		/* prepare has left the request to those who resume it: nothing is written */

	/* While the journal works: guarded by the journal's one thread, read after http_resume. */
	size_t pending;
	size_t lost, failed;
	int key_lost;
	struct op_result first;		/* of the operation that names the request */
	int tells;		/* a platform may be told of it */
	int wrote;		/* what prepare wanted is durable */
	int refusing;		/* what is being written is the record of refusal */

	struct buf text;	/* an answer that render has written itself (json_put.h), and no tree */
	void *mine;		/* what prepare keeps for render; freed by free_mine */
	void (*free_mine)(void *);

	/* All before is zero to begin with, and of act what does not say otherwise. */
	struct act act;
	struct fault write_fault;	/* of an operation that failed */
	struct fault refusal;		/* while refusing */
};

int api_new(struct app *app, const struct conf *conf, struct api **ret_api, struct fault *f);
void api_free(struct api *api);
/* Routes and callbacks of a server for this api; sockets and limits are the caller's. */
struct http_conf api_http_conf(struct api *api);
/* Refusals of strangers, gathered by address prefix, code and minute, become records. */
void api_flush_strangers(struct api *api);

/* For the files of this folder. */

/*
 * Whether the record of this id is the first that this request has written, just now: then ret_record
 * says where and when, without text and body, and nothing need be read again.
 */
int call_has_written(const struct call *call, const uint8_t id[RECORD_ID_LEN],
    struct stored_record *ret_record);
/*
 * What a request must bring (preconditions.c): a body of its kind, the version that it changes (If-Match, RFC 9110)
 * and a key, with which it happens once (Idempotency-Key).  -1: it does not.
 */
int call_read_body(struct call *call, struct fault *f);
int call_read_match(struct call *call, struct fault *f);
int call_read_key(struct call *call, struct fault *f);		/* as call_happened */
/* Whether the request of act.key happened before: 1 (act then names its object and record), 0, or -1. */
int call_happened(struct call *call, struct fault *f);
/* Who asks: by session, token or socket; a stranger has no id. */
int api_find_actor(struct call *call, struct fault *f);
/* Where a request may come from: pages of this system, and for a demonstration this machine. */
int api_check_origin(struct call *call, struct fault *f);
/* A large body is read of those who have signed in, whoever they are. */
int api_admit(struct http_request *req, void *ctx, struct fault *f);
/* What counts as a refusal: not allowed, not theirs, overtaken or too often; wrong input does not. */
int call_is_refusal(const struct fault *f);

/* The text for this caller. */
const char *api_text(const struct call *call, const char *zh, const char *en);
/* The answer of FAULT_QUEUE_FULL, as api_problem says it, at next to no cost: what is made so is made thousands of times. */
void api_busy(struct http_request *req, enum lang lang);
int api_busy_make(struct fault *f);	/* before the first of them; kept until the program ends */
json_t *api_problem(const struct fault *f, enum lang lang, const char *instance);
json_t *api_ref(const char *code, const char *name);		/* {"code","name"} */
json_t *api_at(int64_t at);					/* RFC 3339 */
json_t *api_day(int64_t day);
/* The same, written (rules/json_put.h). */
void put_ref(struct buf *out, const char *name, const char *code, const char *label);
void put_at(struct buf *out, const char *name, int64_t at);
void put_day(struct buf *out, const char *name, int64_t day);
int put_end(const struct buf *out, struct fault *f);		/* whether all of it is there */
#define ANSWER_MAX (64u << 20)		/* bytes */
/* FAULT_FIELD_VALUE; always -1. */
int api_bad_value(struct fault *f, const char *field, const char *zh, const char *en);
void api_strangers_add(struct strangers *s, const char *prefix, enum fault_code code);
struct strangers *api_strangers_new(void);
void api_strangers_free(struct strangers *s);
struct exports *api_exports_new(void);
void api_exports_free(struct exports *e);

/* What strangers may do so many times a minute, by address prefix; FAULT_TOO_OFTEN. */
enum ceiling { CEILING_COMPLAINTS, CEILING_WRONG_CODES, CEILING_WRONG_TOKENS, CEILING_FILLS, CEILING_N };
struct ceilings *api_ceilings_new(void);
void api_ceilings_free(struct ceilings *c);
int api_ceiling_check(struct call *call, enum ceiling kind, struct fault *f);
int api_ceiling_take(struct call *call, enum ceiling kind, struct fault *f);
/* How many this prefix has left in the minute of now; take: counts one if there is one. */
int64_t api_ceilings_left(struct ceilings *c, const char *prefix, enum ceiling kind, int64_t now,
    int take);

/*
 * Members of a JSON object, read strictly.  Each call names a member that may be there;
 * in_end refuses what nobody named.  Failures stick: values after one are NULL or 0.
 */
struct in {
	const json_t *object;
	struct fault *f;
	char path[64];		/* "parties[0]." */
	const char *known[16];
	size_t nknown;
	int failed;
};
enum in_need { IN_MAY, IN_MUST };

void in_start(struct in *in, const json_t *object, const char *path, struct fault *f);
const char *in_text(struct in *in, const char *name, enum in_need need, size_t max);
json_t *in_object(struct in *in, const char *name, enum in_need need);	/* borrowed */
json_t *in_array(struct in *in, const char *name, enum in_need need);	/* borrowed */
int in_true(struct in *in, const char *name);		/* must be there and be true */
int in_int(struct in *in, const char *name, int least, int most, int def);
int in_bool(struct in *in, const char *name, int def);
void in_path(const struct in *in, const char *name, char *text, size_t size);
int in_end(struct in *in);
/* FAULT_FIELD_MISSING where a text says nothing. */
int api_not_blank(const char *text, const char *field, struct fault *f);
/* Parses a body: no repeated members, depth at most 16, UTF-8, an object. */
int in_parse(const char *text, size_t len, json_t **ret_json, struct fault *f);

/* Pages of a list: ?limit= and ?cursor= or the members of that name. */
struct page { int limit; char key[200]; };	/* key: "" for the first page */
int page_read(struct call *call, struct page *ret_page, struct fault *f);
int page_parse(struct call *call, int limit, const char *cursor, struct page *ret_page, struct fault *f);
/* ?q=, "" without one; FAULT_FIELD_VALUE when it is longer than is searched for. */
int api_search_text(struct call *call, const char **ret_q, struct fault *f);
/* The key of a list by deadline, "<due>/<division>-<uuid>": 1, or 0 for the first page (due is then the least). */
int page_due_key(const char *key, int64_t *ret_due, uint8_t ret_id[RECORD_ID_LEN]);
/* The cursor for what follows key, with a MAC. */
json_t *page_next(struct call *call, const char *key);

/* Somebody who is looked up: {"identifier_type","identifier"}, normalised and checked as parties are. */
int person_parse(struct call *call, const json_t *json, struct person *ret_person, struct fault *f);
/*
 * The parties of a new case, or, with c, all that a case is to have: a party that it has may
 * then leave out what stays as it is.  ret_party has CASE_PARTIES_MAX.
 */
int parties_read(const json_t *list, int64_t today, const struct case_file *c,
    struct party *ret_party, size_t *ret_n, struct fault *f);
/* Who is there so far: roles of the matter and kinds, no names and no numbers.  list may be NULL. */
int parties_read_roles(const json_t *list, const struct matter *m, struct party *ret_party,
    size_t *ret_n, struct fault *f);

/* Adds the operation that records the look-up. */
int person_prepare(struct call *call, const json_t *json, const char *among, struct fault *f);

/* Says ahead to the reader what the address tells of a case that will be loaded. */
void case_read_ahead(struct call *call);
/* Loads the case of the address and checks the version that the caller saw. */
int case_load_matched(struct call *call, struct case_file **ret_case, struct fault *f);
/* Keeps the case as the operations leave it, for item_written; frees it where they failed. */
int case_keep(struct call *call, struct case_file *c, int rc);

/* Views. */
json_t *view_staff(struct call *call, const char *id);		/* {"id","name"} */
/* Adds how far a case has come. */
int view_case_progress(struct call *call, const struct case_file *c, json_t *json, struct fault *f);
/* What may be done with an item; v: of its verification, where it has one; disputed: its answer is already. */
void put_item_may(const struct case_file *c, const struct case_item *ci, enum verification_state v,
    int disputed, struct buf *out);
/* A case, and an item of it; told: what view_disputes gave, or NULL.  After -1 out holds a part. */
int put_case(struct call *call, struct case_file *c, struct buf *out, struct fault *f);
int put_case_item(struct call *call, struct case_file *c, struct case_item *ci, const json_t *told,
    const char *name, struct buf *out, struct fault *f);
json_t *view_case_summary(struct call *call, const struct case_file *c, struct fault *f);
/* The sentence that a desk is asked about somebody of this name. */
json_t *view_question(const struct call *call, const struct proof *proof, const char *name);
/* A row of a list, what an item's card shows of it, or all that the desk sees. */
enum view_depth { VIEW_ROW, VIEW_CARD, VIEW_WHOLE };
json_t *view_verification(struct call *call, const struct verification *v, enum view_depth depth,
    struct fault *f);
/* An expert review: a row of a list, or all of it. */
struct review;
json_t *view_review_row(struct call *call, const struct review *r, struct fault *f);
json_t *view_review(struct call *call, const struct review *r, struct fault *f);
/* A dispute as the owner of the data sees it. */
json_t *view_dispute(struct call *call, const struct dispute *d, int whole, struct fault *f);
/* By code of the item: "disputes" of its answers, "notices", and whether the answer it has is "disputed" now. */
int view_disputes(struct call *call, const struct case_file *c, json_t **ret_told, struct fault *f);
/* A row of a list, or all of a joint case. */
json_t *view_joint_summary(struct call *call, const struct joint_file *j);
json_t *view_joint(struct call *call, struct joint_file *j, struct fault *f);
/* The one of the address, if it is the version that was seen. */
int joint_load_matched(struct call *call, struct joint_file **ret_joint, struct fault *f);
/* What a life event would take matter by matter; and who has to confirm, and the measures before and now. */
struct joint_before { int64_t forms, visits, papers, days; };
struct event;
struct joint_before joint_before(const struct event *e);
json_t *view_joint_confirms(const struct joint_file *j, int masked);
json_t *view_joint_measures(const struct call *call, const struct joint_file *j);
/* Of a case that is a step of one: which, and what it is to give; nothing where it is none. */
int view_case_step(struct call *call, const struct case_file *c, json_t *json, struct fault *f);
/* The name of somebody of the staff; the id where the account is gone. */
void staff_name(struct call *call, const char *id, char *text, size_t size);
/* The inventory that a look-up is about: that of ?asof=DATE, else the one in force; counted. */
struct inventory *asked_inventory(struct call *call, struct fault *f);
/* Of the columns of RECORDS_OF_CASE. */
json_t *view_record(const struct store_row *row, const char *division, struct fault *f);
json_t *view_inventory(const struct inventory *inv, json_t *onto);
/* Whether this caller may see a version: drafts are for those who make them. */
int inventory_may_see(struct call *call, int64_t version, struct fault *f);
json_t *view_agency(const struct agency *a);
json_t *view_field(const struct field *field);
const char *subject_name(enum subject s);
/* The questions and the parties of a matter, and which of them are open for which items. */
json_t *view_questions(const struct matter *m, const struct evaluated *e, const json_t *form);
json_t *view_roles(const struct matter *m, const struct evaluated *e, const struct party *parties,
    size_t nparties);
/* What an import did, and why it did nothing. */
struct datasets_done;
json_t *view_import(const struct inventory *inv, int changed,
    const struct inventory_report *report, enum lang lang);
json_t *view_datasets(const struct datasets_done *done);
json_t *view_refused(const struct inventory_report *report, const struct fault *f, enum lang lang,
    const char *instance);

/* Answers with every error at once, as problem details; 0. */
int api_import_refused(struct call *call, const struct inventory_report *report,
    const struct fault *f);

/* Endpoints' functions, by file. */
#define PREPARE(name) int name(struct call *call, struct fault *f)
#define RENDER(name) int name(struct call *call, json_t **ret_json, struct fault *f)
RENDER(session_show);
RENDER(session_closed);
PREPARE(session_open);
PREPARE(session_close);
RENDER(session_users);
PREPARE(live_open);
RENDER(inventory_show);
RENDER(inventory_versions);
RENDER(inventory_version_show);
RENDER(inventory_published);
RENDER(inventory_differences);
RENDER(inventory_asof);
PREPARE(inventory_publishing);
PREPARE(inventory_withdrawing);
RENDER(matter_history);
RENDER(item_history);
RENDER(matters_list);
RENDER(matter_show);
RENDER(matter_form);
RENDER(items_list);
RENDER(item_show);
RENDER(life_events_list);
RENDER(life_event_show);
RENDER(life_event_form);
PREPARE(joints_open);
RENDER(joints_search);
RENDER(joint_show);
PREPARE(joint_events_waiting);
RENDER(joint_events_list);
PREPARE(joint_form);
PREPARE(joint_prefilling);
PREPARE(joint_withdrawal);
PREPARE(joint_decision);
PREPARE(joint_correction);
RENDER(joint_commitment_texts);
PREPARE(joint_signature);
PREPARE(joint_linking);
RENDER(joint_link_show);
RENDER(progress_show);
PREPARE(confirming);
RENDER(confirmation_show);
PREPARE(joint_filling);
RENDER(joint_fill_show);
PREPARE(applicant_signing);
RENDER(applicant_commitments_show);
RENDER(life_event_clock);
PREPARE(intake_result);
RENDER(divisions_list);
RENDER(agencies_list);
RENDER(agency_show);
RENDER(agency_belongings);
RENDER(agency_changes_list);
RENDER(agency_change_show);
PREPARE(agency_previewing);
RENDER(agency_previewed);
PREPARE(agency_planning);
RENDER(agency_planned);
PREPARE(agency_withdrawing);
RENDER(search_show);
PREPARE(cases_open);
PREPARE(cases_searching);
RENDER(cases_search);
RENDER(case_show);
PREPARE(case_answers);
RENDER(intake_show);
RENDER(intake_events);
PREPARE(platform_adding);
PREPARE(platform_changing);
PREPARE(platform_rotating);
RENDER(platform_show);
RENDER(platforms_list);
RENDER(platform_deliveries);
PREPARE(case_settlement);
PREPARE(item_query);
PREPARE(item_verification);
RENDER(item_written);
RENDER(item_commitment_texts);
PREPARE(item_commitment);
PREPARE(case_acceptance);
PREPARE(case_conclusion);
PREPARE(case_correction);
PREPARE(case_transferring);
RENDER(case_transferred);
RENDER(case_slip);
PREPARE(case_looking);
PREPARE(verification_looking);
PREPARE(dispute_looking);
PREPARE(joint_looking);
PREPARE(receipt_taking);
RENDER(receipt_show);
RENDER(case_records);
PREPARE(records_searching);
RENDER(records_search);
PREPARE(verification_needing);
PREPARE(verification_transferring);
PREPARE(verification_urging);
RENDER(verification_urged);
RENDER(verifications_overdue);
PREPARE(verifications_answering);
RENDER(verifications_answered);
PREPARE(item_supply);
PREPARE(item_withdrawal);
PREPARE(item_reminder);
RENDER(desks_list);
PREPARE(deputy_naming);
PREPARE(deputy_ending);
RENDER(deputies_show);
RENDER(verifications_search);
RENDER(verification_show);
PREPARE(verification_signature);
PREPARE(verification_answering);
PREPARE(verification_returning);
PREPARE(item_dispute);
PREPARE(item_dispute_withdrawal);
PREPARE(case_notice_seeing);
RENDER(disputes_search);
RENDER(dispute_show);
PREPARE(dispute_answering);
PREPARE(reviews_opening);
RENDER(reviews_list);
RENDER(review_show);
PREPARE(review_opining);
PREPARE(review_deferring);
PREPARE(review_resuming);
PREPARE(review_withdrawing);
PREPARE(review_deciding);
PREPARE(reviews_applying);
RENDER(reviews_applied);
RENDER(item_methods);
PREPARE(complaints_receive);
RENDER(complaint_received);
RENDER(complaint_status);
RENDER(complaints_search);
RENDER(complaint_show);
RENDER(align_lists_latest);
RENDER(align_lists_of);
PREPARE(align_list_file);
PREPARE(align_exporting);
PREPARE(align_templating);
PREPARE(align_handing_in);
RENDER(align_handed_in);
RENDER(align_drift_show);
RENDER(align_scope_show);
PREPARE(align_scope_setting);
PREPARE(align_scope_unsetting);
RENDER(align_rounds_list);
PREPARE(align_round_opening);
RENDER(align_round_show);
PREPARE(align_round_closing);
PREPARE(align_round_reopening);
RENDER(align_differences_list);
RENDER(align_difference_show);
PREPARE(align_deciding);
PREPARE(align_undoing);
PREPARE(align_assigning);
PREPARE(align_commenting);
PREPARE(align_deciding_many);
RENDER(align_decided_many);
RENDER(align_table_show);
RENDER(align_matrix_show);
RENDER(align_measures_list);
PREPARE(complaint_answering);
RENDER(sources_list);
PREPARE(source_switch);
RENDER(source_show);
RENDER(log_list);
PREPARE(log_checkpoint);
PREPARE(log_tile);
RENDER(health_show);
PREPARE(index_rebuilding);
RENDER(index_show);
PREPARE(inventory_importing);
PREPARE(dataset_importing);
PREPARE(inventory_exporting);
RENDER(import_show);
PREPARE(page_file);

#endif
