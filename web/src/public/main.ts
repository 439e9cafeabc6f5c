import "@/design/tokens.css";
import "@/design/base.css";

import { createApp } from "vue";

import { applyPrefs } from "@/lib/prefs";
import App from "./App.vue";

applyPrefs();
createApp(App).mount("#app");
