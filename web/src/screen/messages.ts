/* The words of the applicant's screen.  en has exactly the keys of zh; tests/web/catalogues.test.mjs looks for gaps. */
import type { Lang } from "@/lib/prefs";

const zh = {
	"brand": "无证明",
	"small": "办事人屏",
	"idle": "您好，请稍候",
	"idle.says": "窗口人员开件后，您的事办到哪一步会显示在这里。",
	"case.says": "这些证明您都不用去开。",
	"letter.title": "请您看一份承诺书",
	"letter.says": "愿意承诺的，不用去开“{proof}”。愿不愿意由您定，不愿意就由部门核实，不影响办事。",
	"notice": "告知书",
	"letter": "承诺书",
	"signer": "由谁签名",
	"signer.choose": "请选择",
	"agreed": "两份都看清了，内容属实，愿意承担责任",
	"sign": "我签名",
	"refuse": "不愿承诺，请部门核实",
	"wrong.signer": "请选由谁签名",
	"wrong.agreed": "请看清后打勾",
	"sent": "已交给窗口，请稍候",
	"done": "已签好，谢谢",
	"done.says": "“{proof}”不用去开了。",
} as const;
type Key = keyof typeof zh;

const en: Record<Key, string> = {
	"brand": "Wuzhengming",
	"small": "Applicant's screen",
	"idle": "Welcome, one moment please",
	"idle.says": "Once the clerk has opened your case, how far it is will stand here.",
	"case.says": "You need to fetch none of these proofs.",
	"letter.title": "Please read a commitment",
	"letter.says": "If you are willing to promise, you need not fetch “{proof}”. It is up to you: if not, the department checks it, and your case goes on all the same.",
	"notice": "Notice",
	"letter": "Commitment",
	"signer": "Who signs",
	"signer.choose": "Choose",
	"agreed": "I have read both; it is true; I answer for it",
	"sign": "I sign",
	"refuse": "I would rather have it checked",
	"wrong.signer": "Choose who signs",
	"wrong.agreed": "Tick this once you have read both",
	"sent": "Handed to the clerk, one moment please",
	"done": "Signed, thank you",
	"done.says": "You need not fetch “{proof}”.",
};

export function say(lang: Lang, key: Key, args: Record<string, string | number> = {}): string {
	return (lang === "zh" ? zh : en)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}
