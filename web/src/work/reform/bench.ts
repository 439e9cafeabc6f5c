/* The reform office's part of the workbench with its words: fetched by those who have that role. */
import { i18n } from "../i18n";
import en from "../locales/reform.en";
import zh from "../locales/reform.zh";
import ReformBench from "./ReformBench.vue";

i18n.global.mergeLocaleMessage("zh", zh);
i18n.global.mergeLocaleMessage("en", en);

export default ReformBench;
