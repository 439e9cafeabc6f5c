import "@/design/tokens.css";
import "@/design/base.css";
import "@/work/work.css";

import { createApp } from "vue";

import { applyPrefs } from "@/lib/prefs";
import Parts from "./Parts.vue";

applyPrefs();
createApp(Parts).mount("#app");
