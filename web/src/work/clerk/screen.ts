/* The counter's side of the applicant's screen (lib/screen.ts): what stands there, what is signed there. */
import { ref } from "vue";

import { prefs } from "@/lib/prefs";
import { SCREEN_CHANNEL, SCREEN_PATH, type Shown, type ToCounter, type ToScreen } from "@/lib/screen";

const channel = "BroadcastChannel" in window ? new BroadcastChannel(SCREEN_CHANNEL) : null;
export const screenThere = ref(false);
const DONE_MS = 5_000;
let later: ReturnType<typeof setTimeout> | undefined;
let last: Shown = { kind: "none", lang: prefs.lang };
type Said = Extract<ToCounter, { id: string }>;
let listener: ((said: Said) => void) | null = null;

const post = (what: ToScreen) => channel?.postMessage(what);

if (channel !== null)
	channel.onmessage = ({ data }: MessageEvent<ToScreen | ToCounter>) => {
		if (data.to !== "counter")
			return;
		if ("id" in data) {
			listener?.(data);
			return;
		}
		screenThere.value = data.says === "here";
		if (data.says === "here" && !document.hidden)
			post({ to: "screen", shown: last });
	};
post({ to: "screen", ask: "there" });

/* Of several tabs the one that is looked at says what stands there. */
function put(shown: Shown): void {
	last = shown;
	post({ to: "screen", shown });
}
export function showThere(shown: Shown): void {
	clearTimeout(later);
	/* Thanks stay long enough to be read. */
	if (last.kind === "done" && shown.kind === "case")
		later = setTimeout(() => put(shown), DONE_MS);
	else
		put(shown);
}
export function openScreen(): void {
	window.open(SCREEN_PATH, "wzm-screen", "popup,width=1280,height=800");
}
/* What the applicant does with the letter that stands there. */
export function onSaid(what: ((said: Said) => void) | null): void {
	listener = what;
}
