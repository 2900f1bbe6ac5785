import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { measureInitial } from "../../../../scripts/initial-javascript.mjs";
import type { Work } from "../work.ts";

const bytesPerKb = 1_000;

/** W6: what a first visit loads before it shows the list. */
export const initialBytes: Work = {
  id: "W6",
  title:
    "initial JavaScript, gzip: entry, its modulepreloads and the first route, without the service worker",
  // The same bytes each time.
  repetitions: { full: 1, quick: 1 },
  measures: [{ name: "initial JavaScript", unit: "kB", better: "lower", goal: { figure: 90 } }],
  prepare: async ({ cache }) => {
    const folder = join(cache, "solid-and-dexie");
    await build({
      configFile: false,
      logLevel: "error",
      build: {
        outDir: folder,
        emptyOutDir: true,
        copyPublicDir: false,
        target: "chrome110",
        modulePreload: false,
        rolldownOptions: { input: "test/programs/bench/device/pages/solid-and-dexie-page.ts" },
      },
    });
    const scripts = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".js"));
    const rawBytes = scripts.reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length,
      0,
    );
    return {
      contestants: [
        { name: "raw", run: async () => ({ "initial JavaScript": rawBytes / bytesPerKb }) },
        {
          name: "docket",
          run: async () => ({ "initial JavaScript": measureInitial("dist/client").gzip / bytesPerKb }),
        },
      ],
      notes: ["raw: Solid and Dexie alone, what a page of them needs"],
      end: async () => rmSync(folder, { recursive: true }),
    };
  },
};
