/*
 * The objects of the HTTP API under short names.  schema.d.ts is made from api/openapi.yaml by
 * `npm run types`; a page that reads what the API does not give does not compile.
 */
import type { components, operations } from "./schema";

type S = components["schemas"];

export type Ref = S["Ref"];
export type Method = S["Method"];
export type Role = S["Role"];
export type Totals = S["Totals"];
export type Session = S["Session"];
export type DemoUser = S["DemoUser"];
export type Inventory = S["Inventory"];
export type MatterSummary = S["MatterSummary"];
export type Matter = S["Matter"];
export type PartyRule = Matter["parties"][number];
export type History = S["History"];
export type Said = History["history"][number];
export type ListedItem = S["ListedItem"];
export type Item = S["Item"];
export type ItemSummary = S["ItemSummary"];
export type Hit = S["Hit"];
export type FormField = S["Field"];
export type FormAnswers = S["Form"];
export type FormValue = FormAnswers[string];
export type IdentifierType = S["IdentifierType"];
export type MatterForm = S["MatterForm"];
export type RoleRule = S["RoleRule"];
export type ChangedParty = S["ChangedParty"];
export type CaseState = S["CaseState"];
export type ItemState = S["ItemState"];
export type Case = S["Case"];
export type CaseItem = S["CaseItem"];
export type CaseSummary = S["CaseSummary"];
export type Answer = S["Answer"];
export type Slip = S["Slip"];
export type SlipKind = S["SlipKind"];
export type Ask = S["Ask"];
export type NewCase = S["NewCase"];
export type NewParty = NewCase["parties"][number];
export type ItemChanged = S["ItemChanged"];
export type CommitmentTexts = S["CommitmentTexts"];
export type CaseRecord = S["Record"];
export type VerificationState = S["VerificationState"];
export type DeskAnswer = S["DeskAnswer"];
export type VerificationSummary = S["VerificationSummary"];
export type Verification = S["Verification"];
export type VerificationDue = S["VerificationDue"];
export type Desk = S["Desk"];
export type Deputies = S["Deputies"];
export type Division = S["Division"];
export type PublicAgency = S["Agency"];
export type NewComplaint = S["NewComplaint"];
export type ListSays = S["ListSays"];
export type ComplaintReceived = S["ComplaintReceived"];
export type ComplaintFollowed = S["ComplaintFollowed"];
export type ComplaintState = S["ComplaintState"];
export type ComplaintOutcome = S["ComplaintOutcome"];
export type ComplaintSummary = S["ComplaintSummary"];
export type Complaint = S["Complaint"];
export type ItemDispute = S["ItemDispute"];
export type DisputeState = S["DisputeState"];
export type DisputeSummary = S["DisputeSummary"];
export type Dispute = S["Dispute"];
export type LifeEventSummary = S["LifeEventSummary"];
export type LifeEvent = S["LifeEvent"];
export type LifeEventStep = S["LifeEventStep"];
export type LifeEventField = S["LifeEventField"];
export type LifeEventClock = operations["getLifeEventClock"]["responses"][200]["content"]["application/json"];
export type EventBefore = S["EventBefore"];
export type JointProgress = S["JointProgress"];
export type FollowedStep = JointProgress["steps"][number];
export type Confirmation = S["Confirmation"];
export type NewJointCase = S["NewJointCase"];
export type JointState = S["JointState"];
export type JointSummary = S["JointSummary"];
export type JointCase = S["JointCase"];
export type JointStep = S["JointStep"];
export type JointEvent = S["JointEvent"];
export type JointCommitment = S["JointCommitment"];
export type Source = S["Source"];
export type Log = S["Log"];

/* The server's Problem; two codes are the page's own, for when no answer can be read. */
export type ProblemDetails = Omit<S["Problem"], "code" | "instance"> & {
	code: S["ProblemCode"] | "network" | "garbled";
	instance?: string;
};
