import { resolve } from "node:path";
import { build } from "vite";
import type { KeptBuild } from "../../../support/kept-builds.ts";

const pages = "test/programs/bench/device/pages";

/** Bundles the pages of the benchmark into `outDir`, minified like the app: this checkout's modules, or a kept build's. */
export async function bundlePages(outDir: string, against: KeptBuild | undefined): Promise<void> {
  const input = {
    docket: `${pages}/docket-page.ts`,
    raw: `${pages}/raw-page.ts`,
    "raw-start": `${pages}/raw-start-page.ts`,
    ...(against === undefined ? {} : { against: `${pages}/against-page.ts` }),
  };
  await build({
    configFile: false,
    logLevel: "warn",
    resolve: {
      alias: {
        "kept-device": resolve(`test/fixtures/builds/${against ?? "none"}/device.mjs`),
        "node:crypto": resolve(`${pages}/node-crypto.ts`),
      },
    },
    build: {
      outDir,
      emptyOutDir: true,
      copyPublicDir: false,
      target: "chrome110",
      // What --profile prints is read by people.
      minify: false,
      modulePreload: false,
      rolldownOptions: { input, output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" } },
    },
  });
}
