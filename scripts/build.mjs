/**
 * Builds the page and the server: `node scripts/build.mjs [--if-stale]`. Both are built beside `dist` and put in its
 * place at the end, so a failed build leaves the last good one, and a server that runs from it is not cut in half.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const outputs = [
  "dist/client/index.html",
  "dist/client/service-worker.js",
  "dist/server/main.js",
  "dist/server/consumers.js",
  "dist/server/maintenance.js",
];
const inputs = ["src", "public", "index.html", "vite.config.ts", "package.json", "package-lock.json"];

if (!process.argv.includes("--if-stale") || isStale()) await buildAll();

/** True when an output is missing, or older than any input (folders count: a deleted file changes only those). */
function isStale() {
  if (!outputs.every((path) => existsSync(path))) return true;
  const builtMs = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  return inputs.some((path) => existsSync(path) && newestMs(path) > builtMs);
}

/** @param {string} path @returns {number} */
function newestMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

async function buildAll() {
  const next = `dist.next-${process.pid}`;
  const last = `dist.last-${process.pid}`;
  try {
    await build({ logLevel: "warn", build: { outDir: `${next}/client`, emptyOutDir: true } });
    await build({
      logLevel: "warn",
      build: {
        ssr: true,
        rolldownOptions: {
          input: {
            main: "src/server/main.ts",
            consumers: "src/server/consumers-main.ts",
            maintenance: "src/server/maintenance/main.ts",
          },
        },
        outDir: `${next}/server`,
        emptyOutDir: true,
      },
    });
    if (existsSync("dist")) renameSync("dist", last);
    renameSync(next, "dist");
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(last, { recursive: true, force: true });
  }
}
