/*
 * The applicant's screen: a second window of the counter's browser, turned to the applicant.  The two
 * windows speak through a channel of the browser; nothing passes the network, and the screen asks the
 * server for nothing.  It gets what the applicant may see and no more: names of proofs and
 * how they stand, the texts of a commitment, never what a register said about somebody else.
 */
import type { Lang } from "./prefs";
import type { Tone } from "@/design/tone";

export interface ShownCase { kind: "case"; lang: Lang; matter: string; says: string; rows: { name: string; word: string; tone: Tone }[] }
export interface ShownLetter {
	kind: "letter"; lang: Lang; id: string; matter: string; proof: string;
	notice: string; letter: string; signers: { role: string; name: string }[];
}
export interface ShownDone { kind: "done"; lang: Lang; proof: string }
export type Shown = ShownCase | ShownLetter | ShownDone | { kind: "none"; lang: Lang };

export type ToScreen = { to: "screen"; shown: Shown } | { to: "screen"; ask: "there" };
export type ToCounter = { to: "counter"; says: "here" | "gone" } | { to: "counter"; says: "refused"; id: string } |
    { to: "counter"; says: "signed"; id: string; signer: string };

export const SCREEN_CHANNEL = "wzm.screen";
export const SCREEN_PATH = "/screen/";
