/*
 * client.ts - the one place that speaks to the server.
 *
 * A request either gives its object or throws a Problem, whose detail and next are the
 * server's own sentences.  A broken network is a Problem as well, in our words.  Writing
 * requests carry a key that stays the same when the same press is tried again.
 */
import { uuid7 } from "@/lib/uuid7";
import { prefs } from "@/lib/prefs";
import type * as T from "./types";

export class Problem extends Error {
	constructor(readonly details: T.ProblemDetails) {
		super(details.detail);
	}
	get code() { return this.details.code; }
	get status() { return this.details.status; }
	/* Nothing was written: what was on the screen is not what the server has. */
	get overtaken() { return this.code === "version_stale" || this.code === "version_wrong"; }
}

const OWN_WORDS = {
	network: {
		zh: ["连不上服务器", "您填的都还在这一页。网络恢复后再按一次,不会办重"],
		en: ["The server cannot be reached", "What you typed is still on this page. Press again when the network is back; nothing is done twice"],
	},
	garbled: {
		zh: ["服务器的答复看不懂", "请再试一次;还不行请告诉管理员"],
		en: ["The server's answer cannot be read", "Try again; tell the operator if it happens again"],
	},
} as const;

function own(kind: keyof typeof OWN_WORDS, status: number): Problem {
	const [detail, next] = OWN_WORDS[kind][prefs.lang];
	return new Problem({ type: "about:blank", title: detail, status, detail, next, code: kind });
}

interface Options {
	body?: unknown;
	file?: File | undefined;	/* as it is, instead of a body */
	version?: number | undefined;
	key?: string | undefined;
	signal?: AbortSignal | undefined;
}

/* So long may an answer take: nobody waits for ever on a line that is dead, and pressing again does nothing twice. */
const ANSWER_MS = 120_000, FILE_MS = 600_000;

/* Told when a request finds the session gone, so that the page can ask to sign in again: not by one that was sent before somebody did. */
let signedOut: () => void = () => undefined;
let signedIn = 0;
export function onSignedOut(listener: () => void): void {
	signedOut = listener;
}

export async function request<R>(method: string, path: string, options: Options = {}): Promise<R> {
	const before = signedIn;
	const headers: Record<string, string> = {
		Accept: "application/json",
		"Accept-Language": prefs.lang === "zh" ? "zh-CN" : "en",
	};
	if (options.body !== undefined)
		headers["Content-Type"] = "application/json";
	if (options.file !== undefined)
		headers["Content-Type"] = "application/octet-stream";
	if (options.version !== undefined)
		headers["If-Match"] = `"${options.version}"`;
	if (options.key !== undefined)
		headers["Idempotency-Key"] = options.key;

	const line = new AbortController(), cut = () => { line.abort(); };
	const timer = setTimeout(cut, options.file === undefined ? ANSWER_MS : FILE_MS);
	options.signal?.addEventListener("abort", cut);
	if (options.signal?.aborted)
		cut();
	let response: Response, text: string;
	try {
		response = await fetch(`/api/v1${path}`, {
			method,
			headers,
			credentials: "same-origin",
			cache: "no-store",
			...(options.body !== undefined && { body: JSON.stringify(options.body) }),
			...(options.file !== undefined && { body: options.file }),
			signal: line.signal,
		});
		text = await response.text();
	} catch (error) {
		if (options.signal?.aborted)
			throw error;
		throw own("network", 0);
	} finally {
		clearTimeout(timer);
		options.signal?.removeEventListener("abort", cut);
	}
	let value: unknown = null;
	try {
		value = text === "" ? null : JSON.parse(text);
	} catch {
		throw own("garbled", response.status);
	}
	if (response.ok)
		return value as R;
	if (value === null || typeof value !== "object" || !("code" in value))
		throw own("garbled", response.status);
	const problem = new Problem(value as T.ProblemDetails);
	if (problem.code === "sign_in" && before === signedIn)
		signedOut();
	throw problem;
}

export function query(parameters: Record<string, string | number | undefined>): string {
	const text = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters))
		if (value !== undefined && value !== "")
			text.set(name, String(value));
	const joined = text.toString();
	return joined === "" ? "" : `?${joined}`;
}

export const code = encodeURIComponent;
const PAGE = 200;

/* ---- what anybody may ask ---- */
export const inventory = () => request<T.Inventory>("GET", "/inventory");
export const search = (q: string, kind: T.Hit["kind"], limit: number, signal?: AbortSignal) =>
	request<{ hits: T.Hit[] }>("GET", `/search${query({ q, kind, limit })}`, { signal });
/* As the list is now, or as it was on a day. */
export const matter = (matterCode: string, asof?: string) =>
	request<T.Matter>("GET", `/matters/${code(matterCode)}${query({ asof })}`);
export const tryForm = (matterCode: string, body: { form: T.FormAnswers; parties: { role: string; kind: "person" | "enterprise" }[]; inventory?: number },
    signal?: AbortSignal) => request<T.MatterForm>("POST", `/matters/${code(matterCode)}/form`, { body, signal });
export const matterHistory = (matterCode: string) => request<T.History>("GET", `/matters/${code(matterCode)}/history`);
export const item = (itemCode: string) => request<T.Item>("GET", `/items/${code(itemCode)}`);
export const divisions = () => request<{ divisions: T.Division[] }>("GET", "/divisions");
/* Of one division, or of all. */
export async function agencies(division?: string): Promise<T.PublicAgency[]> {
	const all: T.PublicAgency[] = [];
	let cursor: string | undefined;
	do {
		const page = await request<{ agencies: T.PublicAgency[]; next: string | null }>("GET", `/agencies${query({ division, limit: PAGE, cursor })}`);
		all.push(...page.agencies);
		cursor = page.next ?? undefined;
	} while (cursor !== undefined);
	return all;
}
export const lifeEventClock = (event: string) => request<T.LifeEventClock>("GET", `/lifeevents/${code(event)}/clock`);
/* The token of a link stands behind the # of its address, and in the body here: in no log. */
export const progress = (token: string, signal?: AbortSignal) => request<T.JointProgress>("POST", "/progress", { body: { token }, signal });
export const confirmation = (token: string) => request<T.Confirmation>("POST", "/confirmations/show", { body: { token } });
export const confirm = (key: string, token: string, identifier: string) =>
	request<T.Confirmation>("POST", "/confirmations", { body: { token, identifier, agreed: true }, key });
export const applicantForm = (token: string) => request<T.ApplicantForm>("POST", "/applicantforms/show", { body: { token } });
export const fillForm = (key: string, token: string, form: T.FormAnswers, submit: boolean) =>
	request<T.ApplicantForm>("POST", "/applicantforms", { body: { token, form, submit }, key });
export const applicantCommitments = (token: string) => request<T.ApplicantCommitments>("POST", "/applicantcommitments/show", { body: { token } });
export const signCommitments = (key: string, token: string, signer: string, items: T.SignedTexts) =>
	request<T.ApplicantCommitments>("POST", "/applicantcommitments", { body: { token, signer, items, agreed: true }, key });
export const makeComplaint = (key: string, body: T.NewComplaint) => request<T.ComplaintReceived>("POST", "/complaints", { body, key });
export const followComplaint = (number: string, secret: string) =>
	request<T.ComplaintFollowed>("POST", "/complaints/status", { body: { number, code: secret } });
export const logs = () => request<{ logs: T.Log[] }>("GET", "/log");

/* ---- session ---- */
export const session = () => request<T.Session>("GET", "/session");
export const demoUsers = () => request<{ users: T.DemoUser[] }>("GET", "/session/users");
export async function signIn(user: string): Promise<T.Session> {
	const session = await request<T.Session>("PUT", "/session", { body: { user } });
	signedIn++;
	return session;
}
export const signOut = () => request<null>("DELETE", "/session");

/* ---- cases ---- */
export const searchCases = (body: { state?: T.CaseState; number?: string; person?: { identifier_type: T.IdentifierType; identifier: string }; limit?: number; cursor?: string }, signal?: AbortSignal) =>
	request<{ cases: T.CaseSummary[]; next: string | null }>("POST", "/cases/search", { body, signal });
export const getCase = (id: string, signal?: AbortSignal) => request<T.Case>("GET", `/cases/${code(id)}`, { signal });
export const openCase = (key: string, body: T.NewCase) => request<T.Case>("POST", "/cases", { body, key });
/* parties: all that the case is to have; without it they stay. */
export const changeAnswers = (of: T.Case, form: T.FormAnswers, asks: T.Ask[], parties?: T.ChangedParty[]) =>
	request<T.Case>("PUT", `/cases/${code(of.id)}/answers`,
	    { body: { form, asks, ...(parties !== undefined && { parties }) }, version: of.version });
export const settle = (of: T.Case, key = uuid7()) =>
	request<T.Case>("POST", `/cases/${code(of.id)}/settlement`, { body: {}, version: of.version, key });
export const queryItem = (of: T.Case, itemCode: string, body: { asks?: Record<string, string>; again?: string }) =>
	request<T.ItemChanged>("POST", `/cases/${code(of.id)}/items/${code(itemCode)}/query`,
	    { body, version: of.version, key: uuid7() });
export const sendVerification = (of: T.Case, itemCode: string, note: string) =>
	request<T.ItemChanged>("POST", `/cases/${code(of.id)}/items/${code(itemCode)}/verification`,
	    { body: note === "" ? {} : { note }, version: of.version, key: uuid7() });
const itemChange = (of: T.Case, itemCode: string, what: string, body: unknown) =>
	request<T.ItemChanged>("POST", `/cases/${code(of.id)}/items/${code(itemCode)}/verification/${what}`, { body, version: of.version, key: uuid7() });
export const supply = (of: T.Case, itemCode: string, text: string) => itemChange(of, itemCode, "supply", { text });
export const withdraw = (of: T.Case, itemCode: string, reason: string) => itemChange(of, itemCode, "withdrawal", { reason });
export const remind = (of: T.Case, itemCode: string, note: string) => itemChange(of, itemCode, "reminder", note === "" ? {} : { note });
export const commitmentTexts = (of: T.Case, itemCode: string) =>
	request<T.CommitmentTexts>("GET", `/cases/${code(of.id)}/items/${code(itemCode)}/commitment`);
export const sign = (of: T.Case, itemCode: string, texts: T.CommitmentTexts, signer: string) =>
	request<T.ItemChanged>("POST", `/cases/${code(of.id)}/items/${code(itemCode)}/commitment`, {
		body: { notice: texts.notice.hash, letter: texts.letter.hash, signer, agreed: true },
		version: of.version,
		key: uuid7(),
	});
export const accept = (of: T.Case) =>
	request<T.Case>("POST", `/cases/${code(of.id)}/acceptance`, { body: {}, version: of.version, key: uuid7() });
export const acceptDeferred = (of: T.Case, items: string[], until: string) =>
	request<T.Case>("POST", `/cases/${code(of.id)}/acceptance`,
	    { body: { deferred: { items, until } }, version: of.version, key: uuid7() });
export const correct = (of: T.Case, words: string, days: number) =>
	request<T.Case>("POST", `/cases/${code(of.id)}/correction`, { body: { words, days }, version: of.version, key: uuid7() });
export const transfer = (of: T.Case, agency: string, reason: string) =>
	request<{ agency: T.Ref }>("POST", `/cases/${code(of.id)}/transfer`, { body: { agency, reason }, version: of.version, key: uuid7() });
export const slip = (id: string, kind: T.SlipKind) => request<T.Slip>("GET", `/cases/${code(id)}/slips/${kind}`);
/* results: what a step of a joint case gives. */
export const conclude = (of: T.Case, outcome: "settled" | "refused" | "withdrawn", reason: string, results?: Record<string, string>) =>
	request<T.Case>("POST", `/cases/${code(of.id)}/conclusion`,
	    { body: { outcome, ...(reason !== "" && { reason }), ...(results && { results }) }, version: of.version, key: uuid7() });
export async function records(of: T.Case): Promise<T.CaseRecord[]> {
	const all: T.CaseRecord[] = [];
	let cursor: string | undefined;
	do {
		const page = await request<{ records: T.CaseRecord[]; next: string | null }>("GET",
		    `/cases/${code(of.id)}/records${query({ limit: PAGE, cursor })}`);
		all.push(...page.records);
		cursor = page.next ?? undefined;
	} while (cursor !== undefined);
	return all;
}

/* ---- joint cases ---- */
export const lifeEvents = () => request<{ life_events: T.LifeEventSummary[] }>("GET", `/lifeevents${query({ limit: PAGE })}`);
export const lifeEvent = (event: string, asof?: string) => request<T.LifeEvent>("GET", `/lifeevents/${code(event)}${query({ asof })}`);
export type EventTried = { problems: { field: string; problem: T.ProblemDetails }[]; steps: { code: string; lacks: string[] }[] };
export const tryEventForm = (event: string, form: T.FormAnswers, signal?: AbortSignal) =>
	request<EventTried>("POST", `/lifeevents/${code(event)}/form`, { body: { form }, signal });
export const searchJoints = (body: { state?: T.JointState; division?: string; limit?: number; cursor?: string }) =>
	request<{ joint_cases: T.JointSummary[]; next: string | null }>("POST", "/jointcases/search", { body });
export const openJoint = (key: string, body: T.NewJointCase) => request<T.JointCase>("POST", "/jointcases", { body, key });
export const joint = (id: string) => request<T.JointCase>("GET", `/jointcases/${code(id)}`);
export const jointEvents = (id: string, cursor: string | undefined) =>
	request<{ events: T.JointEvent[]; more: boolean; next: string | null }>("GET", `/jointcases/${code(id)}/events${query({ limit: PAGE, cursor })}`);
const jointChange = (of: T.JointCase, what: string, body: unknown) =>
	request<T.JointCase>("POST", `/jointcases/${code(of.id)}/${what}`, { body, version: of.version, key: uuid7() });
export const supplyForm = (of: T.JointCase, form: T.FormAnswers, submit: boolean) =>
	request<T.JointCase>("PUT", `/jointcases/${code(of.id)}/form`, { body: { form, submit }, version: of.version });
export const withdrawJoint = (of: T.JointCase, reason: string) => jointChange(of, "withdrawal", { reason });
export const decideStep = (of: T.JointCase, step: string, decision: "retry" | "skip" | "replace" | "withdraw", reason: string) =>
	jointChange(of, `steps/${code(step)}/decision`, { decision, reason });
export const correctStep = (of: T.JointCase, step: string, results: Record<string, string>, reason: string) =>
	jointChange(of, `steps/${code(step)}/correction`, { results, reason });
export const jointCommitments = (id: string) => request<{ commitments: T.JointCommitment[] }>("GET", `/jointcases/${code(id)}/commitments`);
export const signJoint = (of: T.JointCase, signer: string, items: Record<string, { notice: string; letter: string }>) =>
	jointChange(of, "commitments", { signer, items, agreed: true });

export type JointLink = { token: string; who?: string; path: string; expires_at: string };
export const makeLink = (of: T.JointCase, who: string | null, form: boolean) =>
	request<JointLink>("POST", `/jointcases/${code(of.id)}/links`, { body: form ? { form } : who === null ? {} : { who } });

/* ---- verifications ---- */
export const searchVerifications = (body: { state?: T.VerificationState | "open"; limit?: number; cursor?: string }) =>
	request<{ verifications: T.VerificationSummary[]; next: string | null }>("POST", "/verifications/search", { body });
export const verification = (id: string) => request<T.Verification>("GET", `/verifications/${code(id)}`);
export const signFor = (of: T.Verification) =>
	request<T.Verification>("POST", `/verifications/${code(of.id)}/signature`, { body: {}, version: of.version, key: uuid7() });
export const answer = (of: T.Verification, said: T.DeskAnswer, basis: string) =>
	request<T.Verification>("POST", `/verifications/${code(of.id)}/answer`,
	    { body: { answer: said, basis }, version: of.version, key: uuid7() });
export const giveBack = (of: T.Verification, reason: string) =>
	request<T.Verification>("POST", `/verifications/${code(of.id)}/return`, { body: { reason }, version: of.version, key: uuid7() });

export const needMore = (of: T.Verification, what: string) =>
	request<T.Verification>("POST", `/verifications/${code(of.id)}/need-more`, { body: { what }, version: of.version, key: uuid7() });
export const passOn = (of: T.Verification, desk: string, reason: string) =>
	request<T.Verification>("POST", `/verifications/${code(of.id)}/transfer`, { body: { desk, reason }, version: of.version, key: uuid7() });
export type Answered = { done: number; answers: { id: string; done: boolean; problem: T.ProblemDetails | null }[] };
export const answerAll = (key: string, of: T.VerificationSummary[], said: T.DeskAnswer, basis: string) =>
	request<Answered>("POST", "/verifications/answers",
	    { body: { answers: of.map((one) => ({ id: one.id, version: one.version, answer: said, basis })) }, key });
export const overdue = (body: { within_hours?: number; limit?: number; cursor?: string }) =>
	request<{ verifications: T.VerificationDue[]; next: string | null }>("POST", "/verifications/overdue", { body });
export const urge = (id: string) => request<T.VerificationDue>("POST", `/verifications/${code(id)}/reminder`, { body: {}, key: uuid7() });

/* ---- desks ---- */
export async function desks(division: string): Promise<T.Desk[]> {
	const all: T.Desk[] = [];
	let cursor: string | undefined;
	do {
		const page = await request<{ desks: T.Desk[]; next: string | null }>("GET", `/desks${query({ division, limit: PAGE, cursor })}`);
		all.push(...page.desks);
		cursor = page.next ?? undefined;
	} while (cursor !== undefined);
	return all;
}
export const deputies = (desk: string) => request<T.Deputies>("GET", `/desks/${code(desk)}/deputies`);
export const nameDeputy = (desk: string, user: string, from: string, until: string) =>
	request<T.Deputies>("PUT", `/desks/${code(desk)}/deputies/${code(user)}`, { body: { from, until } });
export const endDeputy = (desk: string, user: string) => request<T.Deputies>("DELETE", `/desks/${code(desk)}/deputies/${code(user)}`);

/* ---- complaints ---- */
export const searchComplaints = (body: { state?: T.ComplaintState; overdue?: boolean; limit?: number; cursor?: string }) =>
	request<{ complaints: T.ComplaintSummary[]; next: string | null }>("POST", "/complaints/search", { body });
export const complaint = (id: string) => request<T.Complaint>("GET", `/complaints/${code(id)}`);
export const answerComplaint = (of: T.Complaint, outcome: T.ComplaintOutcome, text: string) =>
	request<T.Complaint>("POST", `/complaints/${code(of.id)}/answer`, { body: { outcome, answer: text }, version: of.version, key: uuid7() });

/* ---- disputes ---- */
export const disputeItem = (of: T.Case, itemCode: string, reason: string, claimed: string) =>
	request<T.ItemChanged>("POST", `/cases/${code(of.id)}/items/${code(itemCode)}/dispute`,
	    { body: claimed === "" ? { reason } : { reason, claimed }, version: of.version, key: uuid7() });
export const withdrawDispute = (of: T.Case, itemCode: string, id: string) =>
	request<T.ItemChanged>("POST", `/cases/${code(of.id)}/items/${code(itemCode)}/disputes/${code(id)}/withdrawal`,
	    { body: {}, version: of.version, key: uuid7() });
export const seeNotice = (of: T.Case, id: string) =>
	request<T.Case>("POST", `/cases/${code(of.id)}/notices/${code(id)}/seen`, { body: {}, version: of.version, key: uuid7() });
export const searchDisputes = (body: { state?: T.DisputeState; limit?: number; cursor?: string }) =>
	request<{ disputes: T.DisputeSummary[]; next: string | null }>("POST", "/disputes/search", { body });
export const dispute = (id: string) => request<T.Dispute>("GET", `/disputes/${code(id)}`);
export const answerDispute = (of: T.Dispute, outcome: "corrected" | "upheld", basis: string) =>
	request<T.Dispute>("POST", `/disputes/${code(of.id)}/answer`, { body: { outcome, basis }, version: of.version, key: uuid7() });

/* ---- sources ---- */
export const sources = () => request<{ sources: T.Source[] }>("GET", "/sources");
export const switchSource = (of: T.Source, state: "on" | "off", reason: string) =>
	request<T.Source>("PUT", `/sources/${code(of.service.code)}`, { body: { state, reason }, version: of.version });
