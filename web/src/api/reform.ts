/* What the reform office and the experts ask the server; its page alone fetches this. */
import { uuid7 } from "@/lib/uuid7";
import { code, query, request } from "./client";
import type * as T from "./types";

/* ---- the inventory ---- */
export const versions = () => request<{ versions: T.InventoryVersion[] }>("GET", "/inventory/versions");
export const version = (n: number) => request<T.InventoryVersionWhole>("GET", `/inventory/versions/${n}`);
export const differencesOf = (from: number, to: number) => request<T.InventoryDifferences>("GET", `/inventory/differences${query({ from, to })}`);
export const publish = (key: string, n: number, body: { effective: string; decision: string }) =>
	request<T.InventoryVersionWhole>("POST", `/inventory/versions/${n}/publication`, { body, key });
export const withdrawPublication = (key: string, seq: number, reason: string) =>
	request<T.InventoryVersionWhole>("POST", `/inventory/publications/${seq}/withdrawal`, { body: { reason }, key });
export const methods = (item: string) => request<T.ItemMethods>("GET", `/items/${code(item)}/methods`);

/* ---- changes of agencies ---- */
const CHANGES = "/agencies/changes";
export const agencyChanges = () => request<{ changes: T.AgencyChange[] }>("GET", CHANGES);
export const agencyChange = (n: number) => request<T.AgencyChange>("GET", `${CHANGES}/${n}`);
export const previewAgencies = (body: T.AgencyRequest) => request<T.AgencyOutlook>("POST", `${CHANGES}/preview`, { body });
export const planAgencies = (key: string, body: T.AgencyRequest) => request<T.AgencyChange>("POST", CHANGES, { body, key });
export const withdrawAgencies = (key: string, of: T.AgencyChange, reason: string) =>
	request<T.AgencyChange>("POST", `${CHANGES}/${of.change}/withdrawal`, { body: { reason }, version: of.version, key });
export const agency = (of: string) => request<T.AgencyWhole>("GET", `/agencies/${code(of)}`);
export const belongings = (of: string) => request<T.AgencyBelongings>("GET", `/agencies/belongings/${code(of)}`);

/* ---- alignment ---- */
const round = (n: number) => `/align/rounds/${n}`;
const one = (n: number, id: string) => `${round(n)}/differences/${code(id)}`;
export const rounds = () => request<{ rounds: T.AlignRoundSummary[] }>("GET", "/align/rounds");
export const getRound = (n: number) => request<T.AlignRound>("GET", round(n));
export const openRound = (key: string, body: { title: string; closes: string }) => request<T.AlignRound>("POST", "/align/rounds", { body, key });
export const closeRound = (of: T.AlignRound, force: boolean) =>
	request<T.AlignRound>("POST", `${round(of.round)}/closure`, { body: { force }, version: of.version, key: uuid7() });
export const reopenRound = (of: T.AlignRound, reason: string, closes: string) =>
	request<T.AlignRound>("POST", `${round(of.round)}/reopening`, { body: { reason, closes }, version: of.version, key: uuid7() });
export const matrix = (n?: number) => request<T.AlignMatrix>("GET", `/align/matrix${query({ round: n })}`);
export const table = (n: number, of: { division?: string; agency?: string } = {}) => request<{ cells: T.AlignCell[] }>("GET", `${round(n)}/table${query(of)}`);
export const measures = (division: string) => request<{ measures: T.AlignMeasure[]; next: string | null }>("GET", `/align/measures${query({ division, limit: 200 })}`);
export const drift = (division: string) => request<{ drift: T.AlignDrift | null }>("GET", `/align/drift/${code(division)}`);
export const handIn = (division: string, file: File) => request<T.AlignHandedIn>("PUT", `/align/lists/${code(division)}${query({ name: file.name })}`, { file });
/* Who runs a department in a division, where the list does not tell. */
export const setScope = (division: string, agency: string, runs: "city" | "county") =>
	request<unknown>("PUT", `/align/scope/${code(division)}/${code(agency)}`, { body: { runs } });
export const differences = (n: number, filter: T.AlignFilter) =>
	request<{ differences: T.AlignDifferenceSummary[]; next: string | null }>("GET", `${round(n)}/differences${query({ ...filter })}`);
export const difference = (n: number, id: string) => request<T.AlignDifference>("GET", one(n, id));
export const decide = (n: number, of: T.AlignDifference, body: T.AlignDecide) =>
	request<T.AlignDifference>("POST", `${one(n, of.id)}/decision`, { body, version: of.version, key: uuid7() });
export const undo = (n: number, of: T.AlignDifference) =>
	request<T.AlignDifference>("POST", `${one(n, of.id)}/undo`, { body: {}, version: of.version, key: uuid7() });
export const assign = (n: number, of: T.AlignDifference, body: { user?: string; until?: string }) =>
	request<T.AlignDifference>("PUT", `${one(n, of.id)}/assignment`, { body, version: of.version });
export const comment = (key: string, n: number, of: T.AlignDifference, text: string) =>
	request<T.AlignDifference>("POST", `${one(n, of.id)}/comments`, { body: { text }, key });
export type Bulk = T.AlignDecide & { kind: T.AlignKind; division?: string; agency?: string };
export const decideAll = (key: string, n: number, body: Bulk) =>
	request<{ decided: number; left: number }>("POST", `${round(n)}/decisions`, { body, key });

/* ---- expert reviews ---- */
const review = (id: string) => `/reviews/${code(id)}`;
const change = (of: T.Review, what: string, body: unknown) =>
	request<T.Review>("POST", `${review(of.id)}/${what}`, { body, version: of.version, key: uuid7() });
export const reviews = (of: { state?: T.ReviewState; item?: string; cursor?: string }) =>
	request<{ reviews: T.ReviewSummary[]; next: string | null }>("GET", `/reviews${query({ ...of, limit: 100 })}`);
export const getReview = (id: string) => request<T.Review>("GET", review(id));
export const openReview = (key: string, body: T.NewReview) => request<T.Review>("POST", "/reviews", { body, key });
export type Opinion = { text: string; citations: T.Citation[]; vote: T.Vote };
export const giveOpinion = (key: string, of: T.Review, body: Opinion) => request<T.Review>("POST", `${review(of.id)}/opinions`, { body, key });
export const putOff = (of: T.Review, unclear: string) => change(of, "deferral", { unclear });
export const takeUp = (of: T.Review, reason: string) => change(of, "resumption", { reason });
export const withdrawReview = (of: T.Review, reason: string) => change(of, "withdrawal", { reason });
export type ReviewDecide = { method: T.Method; reason: string; citations: T.Citation[]; ground?: number; against_majority?: string;
	fields?: string[]; grant_until?: string; verify_hours?: number };
export const decideReview = (of: T.Review, body: ReviewDecide) => change(of, "decision", body);
export const applyReviews = (key: string) => request<{ version: number; reviews: T.ReviewSummary[] }>("POST", "/reviews/application", { body: {}, key });
