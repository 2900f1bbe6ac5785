/**
 * Runs a TypeScript program, since Node 20 cannot: `node scripts/run-ts.mjs test/programs/crash/main.ts args...`.
 * Vite bundles it into a file below node_modules/.cache, where its packages are found, and that file is run in this
 * process. `process.argv` is what it would be if Node had run the program.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { modernDexie } from "./modern-dexie.mjs";

const [entry, ...args] = process.argv.slice(2);
if (!entry) throw new Error("usage: node scripts/run-ts.mjs <file.ts> [arguments]");

const cache = resolve("node_modules/.cache/run-ts");
mkdirSync(cache, { recursive: true });
const outDir = mkdtempSync(`${cache}/`);
process.once("exit", () => rmSync(outDir, { recursive: true, force: true }));

await build({
  configFile: false,
  logLevel: "warn",
  resolve: { alias: [modernDexie] },
  build: {
    ssr: entry,
    outDir,
    target: "node20",
    sourcemap: "inline",
    rolldownOptions: { output: { entryFileNames: "main.js" } },
  },
  ssr: { external: true },
});

process.argv = [process.execPath, resolve(entry), ...args];
await import(pathToFileURL(resolve(outDir, "main.js")).href);
