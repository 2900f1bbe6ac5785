/**
 * Keeps a build of this checkout for the tests of later ones: `node scripts/keep-build.mjs <name>`. It writes
 * `test/fixtures/builds/<name>/`: `device.mjs` (the device and its sync with the driver of
 * test/support/kept-device.ts, all packages but Dexie inside), `server.mjs` (the server; packages are those of the checkout that
 * runs it) and a README that says where they come from. A kept build is never made again under the same name.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";

const [name] = process.argv.slice(2);
if (!name || !/^[a-z0-9][a-z0-9.-]*$/.test(name))
  throw new Error("usage: node scripts/keep-build.mjs <name>");
const folder = join("test/fixtures/builds", name);
if (existsSync(folder)) throw new Error(`${folder} is there already: a kept build does not change`);

const cache = resolve("node_modules/.cache/keep-build");
rmSync(cache, { recursive: true, force: true });
const common = { configFile: false, logLevel: "warn" };

/** @param {string} entry @param {string} file @param {boolean} isWhole whether packages come into the file */
async function bundle(entry, file, isWhole) {
  await build({
    .../** @type {import("vite").InlineConfig} */ (common),
    build: {
      ssr: entry,
      outDir: cache,
      emptyOutDir: false,
      target: "node20",
      minify: true,
      rolldownOptions: { output: { entryFileNames: file, codeSplitting: false } },
    },
    // Dexie refuses to stand beside another version of itself: the kept device uses the checkout's.
    ssr: isWhole ? { noExternal: true, external: ["dexie"] } : { external: true },
  });
}

await bundle("test/support/kept-device.ts", "device.mjs", true);
await bundle("src/server/main.ts", "server.mjs", false);

const git = (/** @type {string[]} */ ...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
const dirty = git("status", "--porcelain", "--", "src") !== "";
if (dirty) throw new Error("src differs from its commit: a kept build says from which commit it is");
mkdirSync(folder, { recursive: true });
const files = ["device.mjs", "server.mjs"];
for (const file of files) writeFileSync(join(folder, file), readFileSync(join(cache, file)));
const sizes = files.map(
  (file) => `- \`${file}\`: ${Math.round(statSync(join(folder, file)).size / 1000)} kB`,
);
writeFileSync(
  join(folder, "README.md"),
  `# A kept build\n\nMade of \`src\` at commit ${git("log", "-1", "--format=%H", "--", "src")} (${git("log", "-1", "--format=%cs", "--", "src")}) by\n\`node scripts/keep-build.mjs ${name}\`, minified. Never edited.\n\n${sizes.join("\n")}\n`,
);
console.log(`kept ${folder}`);
