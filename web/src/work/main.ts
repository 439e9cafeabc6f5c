import "@/design/tokens.css";
import "@/design/base.css";
import "./work.css";

import { createApp } from "vue";

import { guardClicks } from "@/lib/clicks";
import { applyPrefs } from "@/lib/prefs";
import App from "./App.vue";
import { i18n } from "./i18n";

applyPrefs();
guardClicks();
createApp(App).use(i18n).mount("#app");
