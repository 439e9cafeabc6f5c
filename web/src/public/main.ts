import "@/design/tokens.css";
import "@/design/base.css";

import { createApp } from "vue";

import { guardClicks } from "@/lib/clicks";
import { applyPrefs } from "@/lib/prefs";
import App from "./App.vue";

applyPrefs();
guardClicks();
createApp(App).mount("#app");
