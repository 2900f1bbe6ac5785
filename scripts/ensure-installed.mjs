/**
 * Installs the dependencies unless they are there, so that `npm start` works right after a clone. An interrupted
 * install leaves no node_modules/.package-lock.json (npm writes it last), and one made with NODE_ENV=production lacks
 * the build tools: both end here as a fresh `npm ci`. Node built-ins only, since nothing else may be there yet.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, "node_modules", ".package-lock.json");
const wanted = join(root, "package-lock.json");

const isCurrent =
  existsSync(installed) &&
  statSync(installed).mtimeMs >= statSync(wanted).mtimeMs &&
  existsSync(join(root, "node_modules", "vite", "package.json"));

if (!isCurrent) {
  console.log("Installing dependencies (npm ci)...");
  // No package here needs an install script, so none gets to run. npm is a .cmd file on Windows: it needs a shell.
  const npm = spawnSync("npm", ["ci", "--include=dev", "--ignore-scripts", "--no-fund", "--no-audit"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(npm.error ? `npm could not be started: ${npm.error.message}` : "npm ci failed, see above.");
    process.exit(1);
  }
}
