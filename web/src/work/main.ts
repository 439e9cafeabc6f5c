import "@/design/tokens.css";
import "@/design/base.css";
import "./work.css";

import { createApp } from "vue";

import { applyPrefs } from "@/lib/prefs";
import App from "./App.vue";
import { i18n } from "./i18n";

applyPrefs();
createApp(App).use(i18n).mount("#app");
