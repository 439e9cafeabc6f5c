/*
 * Pages: / for everybody, /work/ for those who sign in, /design/ that shows the parts,
 * /screen/ that is turned to the applicant, /receipt/ that checks receipts.  They share code, not entries.
 */
import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
	base: "/",
	appType: "mpa",
	plugins: [vue()],
	resolve: { alias: { "@": at("./src") } },
	define: {
		__VUE_OPTIONS_API__: false,
		__VUE_PROD_DEVTOOLS__: false,
		__VUE_I18N_LEGACY_API__: false,
		__VUE_I18N_FULL_INSTALL__: false,
		__INTLIFY_PROD_DEVTOOLS__: false,
		__INTLIFY_DROP_MESSAGE_COMPILER__: false,
	},
	build: {
		target: ["chrome87", "firefox86", "safari14"],
		/* default-src 'self': nothing may become a data: address or an inline script */
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		rollupOptions: { input: { public: at("./index.html"), work: at("./work/index.html"), design: at("./design/index.html"), screen: at("./screen/index.html"), receipt: at("./receipt/index.html") } },
	},
	server: { proxy: { "/api": process.env.WZM_SERVER ?? "http://localhost:8080" } },
});
