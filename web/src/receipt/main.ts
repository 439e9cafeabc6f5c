import "@/design/tokens.css";
import "@/design/base.css";

import { createApp } from "vue";

import { applyPrefs } from "@/lib/prefs";
import Receipt from "./Receipt.vue";

applyPrefs();
createApp(Receipt).mount("#app");
