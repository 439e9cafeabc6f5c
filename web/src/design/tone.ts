/* The six states of the design: whose move it is, as word, shape and colour. */
export type Tone = "turn" | "wait" | "done" | "late" | "deny" | "idle";
