import "@/design/tokens.css";
import "@/design/base.css";

import { createApp } from "vue";

import { applyPrefs } from "@/lib/prefs";
import Screen from "./Screen.vue";

applyPrefs();
createApp(Screen).mount("#app");
