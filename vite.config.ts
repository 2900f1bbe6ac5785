import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type UserConfig } from "vite";
import { type ManifestOptions, VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";
import { modernDexie } from "./scripts/modern-dexie.mjs";

/** Where `npm run dev` runs the API, and `npm start` the whole of it: the server's own default. */
const serverUrl = "http://127.0.0.1:8787";

/** The oldest browsers that the app runs in; README.md names them, and `test/e2e/older-browser.spec.ts` plays one. */
const browsers = ["chrome110", "edge110", "firefox126", "safari16.0", "ios16.0"];

/** `vite build` makes the page and its service worker, `vite build --ssr` the server, which has no use for either. */
export default defineConfig(({ isSsrBuild }) => (isSsrBuild ? serverBuild : clientBuild()));

const serverBuild: UserConfig = {
  build: {
    ssr: "src/server/main.ts",
    outDir: "dist/server",
    target: "node20",
    copyPublicDir: false,
    sourcemap: true,
  },
  ssr: { external: true },
};

function clientBuild(): UserConfig {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
  return {
    define: { __APP_VERSION__: JSON.stringify(version) },
    resolve: { alias: [modernDexie] },
    plugins: [
      solid(),
      VitePWA({
        strategies: "injectManifest",
        srcDir: "src/worker",
        filename: "service-worker.ts",
        // An update waits until somebody says yes: never in the middle of an order. src/ui registers the worker itself.
        registerType: "prompt",
        injectRegister: false,
        manifest: appManifest(),
        injectManifest: {
          // Every chunk, so that a screen that was never opened opens offline too.
          globPatterns: ["**/*.{js,css,html,svg,png,woff2}"],
          // Only the browser's install dialog shows these, and it fetches them itself.
          globIgnores: ["screenshots/**"],
          // Over this a file would be left out with a mere warning; the build is to fail instead.
          maximumFileSizeToCacheInBytes: 2 * 1024 * 1024,
          rollupFormat: "iife",
          target: browsers,
        },
      }),
    ],
    build: { outDir: "dist/client", target: browsers, cssTarget: browsers, sourcemap: true },
    server: {
      host: "127.0.0.1",
      proxy: Object.fromEntries(["/v1", "/healthz", "/readyz", "/metrics"].map((path) => [path, serverUrl])),
    },
  };
}

/** What makes Docket installable: its name, icons, the shortcuts on its icon and the pictures in the install dialog. */
function appManifest(): Partial<ManifestOptions> {
  return {
    id: "/",
    start_url: "/",
    scope: "/",
    name: "Docket",
    short_name: "Docket",
    description:
      "The order pad that never needs a signal: take orders offline, sync when there is a network.",
    lang: "en",
    display: "standalone",
    theme_color: "#0f5257",
    background_color: "#f6f4ee",
    categories: ["business", "productivity"],
    icons: [
      { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
    screenshots: screenshots("public/screenshots"),
    shortcuts: [
      { name: "New order", url: "/orders/new", icons: [shortcutIcon] },
      { name: "Outbox", url: "/outbox", icons: [shortcutIcon] },
    ],
  };
}

const shortcutIcon = { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" };

/**
 * Every PNG of the folder, labelled by its file name (`new-order-narrow.png`: "new order narrow"). The size is read
 * from the PNG's header, because browsers drop a screenshot whose stated size is wrong.
 */
function screenshots(folder: string): ManifestOptions["screenshots"] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".png"));
  return names.sort().map((name) => {
    const header = readFileSync(join(folder, name)).subarray(0, 24);
    const [width, height] = [header.readUInt32BE(16), header.readUInt32BE(20)];
    return {
      src: `/screenshots/${name}`,
      sizes: `${width}x${height}`,
      type: "image/png",
      form_factor: width > height ? "wide" : "narrow",
      label: name.replace(/\.png$/, "").replaceAll("-", " "),
    };
  });
}
