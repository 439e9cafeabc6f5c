/* The words of the reform office's pages: fetched with them. */
import { i18n } from "../i18n";
import agenciesEn from "../locales/agencies.en";
import agenciesZh from "../locales/agencies.zh";
import en from "../locales/reform.en";
import zh from "../locales/reform.zh";

i18n.global.mergeLocaleMessage("zh", { ...zh, ...agenciesZh });
i18n.global.mergeLocaleMessage("en", { ...en, ...agenciesEn });
