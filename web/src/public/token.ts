/*
 * The token of a link that somebody was given.  It stands behind the # of the address, which no
 * browser sends; this page sends it in bodies.  Whatever a message wrote behind it is left off.
 */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

const read = () => /^#([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/.exec(location.hash)?.[1] ?? null;

export function useToken(): Ref<string | null> {
	const token = ref(read());
	const changed = () => { token.value = read(); };
	onMounted(() => window.addEventListener("hashchange", changed));
	onBeforeUnmount(() => window.removeEventListener("hashchange", changed));
	return token;
}
