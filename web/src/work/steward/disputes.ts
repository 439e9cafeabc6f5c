/* What the owner of data has to answer, and the dispute on the screen. */
import * as api from "@/api/client";
import type { Dispute, DisputeState, DisputeSummary } from "@/api/types";
import { answering } from "../answering";

export const { showing, list, more, current, problem, busy, urgency, groups, ordered, guarded, held, readList, answer } =
	answering<DisputeState, DisputeSummary, Dispute>({
		open: "open",
		page: async (of) => {
			const { disputes, next } = await api.searchDisputes(of);
			return { rows: disputes, next };
		},
		is: (fresh): fresh is Dispute => "claimed" in fresh,
	});
