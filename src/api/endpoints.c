/* endpoints.c - what there is at which address, and the action that access_check asks about. */
#include "api/api.h"

#define KB(n) ((n) * 1024u)

/* A route without an action does not build: ACTION_##action must exist, and NONE may not be named. */
#define ROUTE(method, pattern, action, body, flags, status, prepare, render) \
	{ HTTP_##method, pattern, ACTION_##action, body, flags, status, prepare, render, NULL }
/* A route that changes an object with a version: If-Match, and what the object is now. */
#define CHANGE(method, pattern, action, body, flags, prepare, render, current) \
	{ HTTP_##method, pattern, ACTION_##action, body, (flags) | NEEDS_MATCH, 200, prepare, render, current }

const struct endpoint endpoints[] = {
	ROUTE(GET, "/api/v1/session", SESSION, 0, 0, 200, NULL, session_show),
	ROUTE(PUT, "/api/v1/session", SESSION, KB(1), 0, 200, session_open, session_show),
	ROUTE(DELETE, "/api/v1/session", SESSION, 0, NO_CONTENT, 204, session_close, session_closed),
	ROUTE(GET, "/api/v1/session/users", SESSION, 0, 0, 200, NULL, session_users),

	ROUTE(GET, "/api/v1/inventory", LOOK_UP, 0, 0, 200, NULL, inventory_show),
	ROUTE(GET, "/api/v1/inventory/versions", LOOK_UP, 0, 0, 200, NULL, inventory_versions),
	ROUTE(GET, "/api/v1/inventory/versions/{version}", LOOK_UP, 0, 0, 200, NULL, inventory_version_show),
	ROUTE(POST, "/api/v1/inventory/versions/{version}/publication", INVENTORY_PUBLISH, KB(4), NEEDS_KEY, 200, inventory_publishing, inventory_published),
	ROUTE(POST, "/api/v1/inventory/publications/{seq}/withdrawal", INVENTORY_PUBLISH, KB(4), NEEDS_KEY, 200, inventory_withdrawing, inventory_version_show),
	ROUTE(GET, "/api/v1/inventory/differences", LOOK_UP, 0, 0, 200, NULL, inventory_differences),
	ROUTE(GET, "/api/v1/inventory/asof", LOOK_UP, 0, 0, 200, NULL, inventory_asof),
	ROUTE(GET, "/api/v1/matters/{code}/history", LOOK_UP, 0, 0, 200, NULL, matter_history),
	ROUTE(GET, "/api/v1/items/{code}/history", LOOK_UP, 0, 0, 200, NULL, item_history),
	ROUTE(GET, "/api/v1/items/{code}/methods", LOOK_UP, 0, 0, 200, NULL, item_methods),
	ROUTE(GET, "/api/v1/inventory/export", LOOK_UP, 0, 0, 200, inventory_exporting, NULL),
	ROUTE(GET, "/api/v1/matters", LOOK_UP, 0, 0, 200, NULL, matters_list),
	ROUTE(GET, "/api/v1/matters/{code}", LOOK_UP, 0, 0, 200, NULL, matter_show),
	ROUTE(POST, "/api/v1/matters/{code}/form", LOOK_UP, KB(16), 0, 200, NULL, matter_form),
	ROUTE(GET, "/api/v1/items", LOOK_UP, 0, 0, 200, NULL, items_list),
	ROUTE(GET, "/api/v1/items/{code}", LOOK_UP, 0, 0, 200, NULL, item_show),
	ROUTE(GET, "/api/v1/lifeevents", LOOK_UP, 0, 0, 200, NULL, life_events_list),
	ROUTE(GET, "/api/v1/lifeevents/{code}", LOOK_UP, 0, 0, 200, NULL, life_event_show),
	ROUTE(GET, "/api/v1/lifeevents/{code}/clock", LOOK_UP, 0, 0, 200, NULL, life_event_clock),
	ROUTE(POST, "/api/v1/lifeevents/{code}/form", LOOK_UP, KB(32), 0, 200, NULL, life_event_form),
	ROUTE(GET, "/api/v1/search", LOOK_UP, 0, 0, 200, NULL, search_show),
	ROUTE(GET, "/api/v1/divisions", LOOK_UP, 0, 0, 200, NULL, divisions_list),
	ROUTE(GET, "/api/v1/agencies", LOOK_UP, 0, 0, 200, NULL, agencies_list),

	ROUTE(POST, "/api/v1/cases", CASE_OPEN, KB(64), NEEDS_KEY, 201, cases_open, case_show),
	ROUTE(POST, "/api/v1/cases/search", CASE_READ, KB(4), 0, 200, cases_searching, cases_search),
	ROUTE(GET, "/api/v1/cases/{id}", CASE_READ, 0, 0, 200, NULL, case_show),
	CHANGE(PUT, "/api/v1/cases/{id}/answers", CASE_WORK, KB(64), 0, case_answers, case_show, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/settlement", CASE_WORK, KB(4), NEEDS_KEY, case_settlement, case_show, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/query", CASE_WORK, KB(16), NEEDS_KEY, item_query, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/verification", CASE_WORK, KB(16), NEEDS_KEY, item_verification, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/verification/supply", CASE_WORK, KB(16), NEEDS_KEY, item_supply, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/verification/withdrawal", CASE_WORK, KB(16), NEEDS_KEY, item_withdrawal, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/verification/reminder", CASE_WORK, KB(16), NEEDS_KEY, item_reminder, item_written, case_show),
	ROUTE(GET, "/api/v1/cases/{id}/items/{item}/commitment", CASE_WORK, 0, 0, 200, NULL, item_commitment_texts),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/commitment", CASE_WORK, KB(4), NEEDS_KEY, item_commitment, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/acceptance", CASE_WORK, KB(4), NEEDS_KEY, case_acceptance, case_show, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/conclusion", CASE_WORK, KB(16), NEEDS_KEY, case_conclusion, case_show, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/dispute", DISPUTE_OPEN, KB(8), NEEDS_KEY, item_dispute, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/items/{item}/disputes/{dispute}/withdrawal", DISPUTE_OPEN, KB(4), NEEDS_KEY, item_dispute_withdrawal, item_written, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/notices/{notice}/seen", CASE_WORK, KB(4), NEEDS_KEY, case_notice_seeing, case_show, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/correction", CASE_WORK, KB(16), NEEDS_KEY, case_correction, case_show, case_show),
	CHANGE(POST, "/api/v1/cases/{id}/transfer", CASE_WORK, KB(16), NEEDS_KEY, case_transferring, case_transferred, case_show),
	ROUTE(GET, "/api/v1/cases/{id}/slips/{kind}", CASE_READ, 0, 0, 200, NULL, case_slip),
	ROUTE(GET, "/api/v1/cases/{id}/records", RECORD_READ, 0, 0, 200, NULL, case_records),

	ROUTE(POST, "/api/v1/jointcases", JOINT_OPEN, KB(64), NEEDS_KEY, 201, joints_open, joint_show),
	ROUTE(POST, "/api/v1/jointcases/search", JOINT_READ, KB(4), 0, 200, NULL, joints_search),
	ROUTE(GET, "/api/v1/jointcases/{id}", JOINT_READ, 0, 0, 200, NULL, joint_show),
	ROUTE(GET, "/api/v1/jointcases/{id}/events", JOINT_READ, 0, 0, 200, joint_events_waiting, joint_events_list),
	CHANGE(PUT, "/api/v1/jointcases/{id}/form", JOINT_WORK, KB(64), 0, joint_form, joint_show, joint_show),
	CHANGE(POST, "/api/v1/jointcases/{id}/prefill", JOINT_WORK, KB(1), NEEDS_KEY, joint_prefilling, joint_show, joint_show),
	CHANGE(POST, "/api/v1/jointcases/{id}/withdrawal", JOINT_WORK, KB(16), NEEDS_KEY, joint_withdrawal, joint_show, joint_show),
	CHANGE(POST, "/api/v1/jointcases/{id}/steps/{step}/decision", JOINT_WORK, KB(16), NEEDS_KEY, joint_decision, joint_show, joint_show),
	CHANGE(POST, "/api/v1/jointcases/{id}/steps/{step}/correction", JOINT_WORK, KB(16), NEEDS_KEY, joint_correction, joint_show, joint_show),
	ROUTE(POST, "/api/v1/jointcases/{id}/links", JOINT_WORK, KB(1), 0, 201, joint_linking, joint_link_show),
	ROUTE(GET, "/api/v1/jointcases/{id}/commitments", JOINT_WORK, 0, 0, 200, NULL, joint_commitment_texts),
	CHANGE(POST, "/api/v1/jointcases/{id}/commitments", JOINT_WORK, KB(64), NEEDS_KEY, joint_signature, joint_show, joint_show),

	ROUTE(POST, "/api/v1/progress", JOINT_FOLLOW, KB(1), 0, 200, NULL, progress_show),
	ROUTE(POST, "/api/v1/confirmations/show", JOINT_FOLLOW, KB(1), 0, 200, NULL, confirmation_show),
	ROUTE(POST, "/api/v1/confirmations", JOINT_FOLLOW, KB(1), NEEDS_KEY, 200, confirming, confirmation_show),

	ROUTE(POST, "/api/v1/intake/cases", INTAKE_OPEN, KB(64), NEEDS_KEY, 201, cases_open, intake_show),
	ROUTE(GET, "/api/v1/intake/cases/{id}", INTAKE_READ, 0, 0, 200, NULL, intake_show),
	CHANGE(PUT, "/api/v1/intake/cases/{id}/answers", INTAKE_ANSWER, KB(64), 0, case_answers, intake_show, intake_show),
	CHANGE(POST, "/api/v1/intake/cases/{id}/result", INTAKE_ANSWER, KB(16), NEEDS_KEY, intake_result, intake_show, intake_show),
	ROUTE(GET, "/api/v1/intake/events", INTAKE_EVENTS, 0, 0, 200, NULL, intake_events),

	ROUTE(POST, "/api/v1/records/search", RECORD_SEARCH, KB(4), 0, 200, records_searching, records_search),

	ROUTE(POST, "/api/v1/verifications/search", VERIFICATION_READ, KB(4), 0, 200, NULL, verifications_search),
	ROUTE(POST, "/api/v1/verifications/overdue", VERIFICATION_SUPERVISE, KB(4), 0, 200, NULL, verifications_overdue),
	ROUTE(POST, "/api/v1/verifications/answers", VERIFICATION_WORK, KB(512), NEEDS_KEY | STANDS_ALONE, 200, verifications_answering, verifications_answered),
	ROUTE(GET, "/api/v1/verifications/{id}", VERIFICATION_READ, 0, 0, 200, NULL, verification_show),
	CHANGE(POST, "/api/v1/verifications/{id}/signature", VERIFICATION_WORK, KB(4), NEEDS_KEY, verification_signature, verification_show, verification_show),
	CHANGE(POST, "/api/v1/verifications/{id}/answer", VERIFICATION_WORK, KB(32), NEEDS_KEY, verification_answering, verification_show, verification_show),
	CHANGE(POST, "/api/v1/verifications/{id}/return", VERIFICATION_WORK, KB(16), NEEDS_KEY, verification_returning, verification_show, verification_show),
	CHANGE(POST, "/api/v1/verifications/{id}/need-more", VERIFICATION_WORK, KB(16), NEEDS_KEY, verification_needing, verification_show, verification_show),
	CHANGE(POST, "/api/v1/verifications/{id}/transfer", VERIFICATION_WORK, KB(16), NEEDS_KEY, verification_transferring, verification_show, verification_show),
	ROUTE(POST, "/api/v1/verifications/{id}/reminder", VERIFICATION_SUPERVISE, KB(16), NEEDS_KEY, 200, verification_urging, verification_urged),

	ROUTE(GET, "/api/v1/desks", LOOK_UP, 0, 0, 200, NULL, desks_list),
	ROUTE(GET, "/api/v1/desks/{desk}/deputies", DEPUTY_NAME, 0, 0, 200, NULL, deputies_show),
	ROUTE(PUT, "/api/v1/desks/{desk}/deputies/{user}", DEPUTY_NAME, KB(4), 0, 200, deputy_naming, deputies_show),
	ROUTE(DELETE, "/api/v1/desks/{desk}/deputies/{user}", DEPUTY_NAME, 0, 0, 200, deputy_ending, deputies_show),

	ROUTE(POST, "/api/v1/disputes/search", DISPUTE_READ, KB(4), 0, 200, NULL, disputes_search),
	ROUTE(GET, "/api/v1/disputes/{id}", DISPUTE_READ, 0, 0, 200, NULL, dispute_show),
	CHANGE(POST, "/api/v1/disputes/{id}/answer", DISPUTE_ANSWER, KB(16), NEEDS_KEY, dispute_answering, dispute_show, dispute_show),

	ROUTE(POST, "/api/v1/complaints", COMPLAINT_FILE, KB(16), NEEDS_KEY, 201, complaints_receive, complaint_received),
	ROUTE(POST, "/api/v1/complaints/status", COMPLAINT_FOLLOW, KB(1), 0, 200, NULL, complaint_status),
	ROUTE(POST, "/api/v1/complaints/search", COMPLAINT_READ, KB(4), 0, 200, NULL, complaints_search),
	ROUTE(GET, "/api/v1/complaints/{id}", COMPLAINT_READ, 0, 0, 200, NULL, complaint_show),
	CHANGE(POST, "/api/v1/complaints/{id}/answer", COMPLAINT_ANSWER, KB(16), NEEDS_KEY, complaint_answering, complaint_show, complaint_show),

	ROUTE(GET, "/api/v1/reviews", REVIEW_READ, 0, 0, 200, NULL, reviews_list),
	ROUTE(POST, "/api/v1/reviews", REVIEW_OPEN, KB(16), NEEDS_KEY, 201, reviews_opening, review_show),
	ROUTE(POST, "/api/v1/reviews/application", REVIEW_APPLY, KB(1), NEEDS_KEY, 200, reviews_applying, reviews_applied),
	ROUTE(GET, "/api/v1/reviews/{id}", REVIEW_READ, 0, 0, 200, NULL, review_show),
	ROUTE(POST, "/api/v1/reviews/{id}/opinions", REVIEW_OPINE, KB(16), NEEDS_KEY, 200, review_opining, review_show),
	CHANGE(POST, "/api/v1/reviews/{id}/deferral", REVIEW_DECIDE, KB(16), NEEDS_KEY, review_deferring, review_show, review_show),
	CHANGE(POST, "/api/v1/reviews/{id}/resumption", REVIEW_DECIDE, KB(16), NEEDS_KEY, review_resuming, review_show, review_show),
	CHANGE(POST, "/api/v1/reviews/{id}/withdrawal", REVIEW_DECIDE, KB(16), NEEDS_KEY, review_withdrawing, review_show, review_show),
	CHANGE(POST, "/api/v1/reviews/{id}/decision", REVIEW_DECIDE, KB(32), NEEDS_KEY, review_deciding, review_show, review_show),

	ROUTE(GET, "/api/v1/sources", SOURCE_READ, 0, 0, 200, NULL, sources_list),
	CHANGE(PUT, "/api/v1/sources/{service}", SOURCE_SWITCH, KB(4), 0, source_switch, source_show, source_show),
	ROUTE(GET, "/api/v1/log", LOG_READ, 0, 0, 200, NULL, log_list),
	ROUTE(GET, "/api/v1/health", HEALTH, 0, 0, 200, NULL, health_show),
	ROUTE(POST, "/api/v1/index/rebuild", INDEX_REBUILD, KB(1), SOCKET_ONLY, 202, index_rebuilding, index_show),
	ROUTE(POST, "/api/v1/inventory/imports", IMPORT, KB(8), SOCKET_ONLY, 200, inventory_importing, import_show),
	ROUTE(POST, "/api/v1/datasets/imports", IMPORT, KB(8), SOCKET_ONLY, 200, dataset_importing, import_show),

	ROUTE(GET, "/api/v1/platforms", PLATFORM_SET, 0, SOCKET_ONLY, 200, NULL, platforms_list),
	ROUTE(POST, "/api/v1/platforms", PLATFORM_SET, KB(4), SOCKET_ONLY, 201, platform_adding, platform_show),
	ROUTE(GET, "/api/v1/platforms/{id}", PLATFORM_SET, 0, SOCKET_ONLY, 200, NULL, platform_show),
	CHANGE(PUT, "/api/v1/platforms/{id}", PLATFORM_SET, KB(4), SOCKET_ONLY, platform_changing, platform_show, platform_show),
	CHANGE(POST, "/api/v1/platforms/{id}/rotation", PLATFORM_SET, KB(1), SOCKET_ONLY, platform_rotating, platform_show, platform_show),
	ROUTE(GET, "/api/v1/platforms/{id}/deliveries", PLATFORM_SET, 0, SOCKET_ONLY, 200, NULL, platform_deliveries),

	ROUTE(GET, "/problems/{code}", PAGES, 0, 0, 200, page_file, NULL),
	ROUTE(GET, "/", PAGES, 0, 0, 200, page_file, NULL),
	ROUTE(GET, "/{*}", PAGES, 0, 0, 200, page_file, NULL),
};
const size_t nendpoints = sizeof(endpoints) / sizeof(endpoints[0]);
