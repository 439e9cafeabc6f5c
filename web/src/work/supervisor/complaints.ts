/* What a supervisor has to answer, and the complaint on the screen. */
import * as api from "@/api/client";
import type { Complaint, ComplaintState, ComplaintSummary } from "@/api/types";
import { answering } from "../answering";

export const { showing, list, more, current, problem, busy, urgency, groups, ordered, guarded, held, readList, answer } =
	answering<ComplaintState, ComplaintSummary, Complaint>({
		open: "received",
		page: async (of) => {
			const { complaints, next } = await api.searchComplaints(of);
			return { rows: complaints, next };
		},
		is: (fresh): fresh is Complaint => "what" in fresh,
	});
