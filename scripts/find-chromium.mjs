/**
 * Finds a Chromium for the browser tests, or installs one. As a program it prints the path:
 * `CHROMIUM_PATH=... node scripts/find-chromium.mjs`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { aptInstall, canAptInstall } from "./apt-install.mjs";
import { findOnPath, isProgram } from "./find-on-path.mjs";

const namesOnPath = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "microsoft-edge",
];

const usualPlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * What Chromium is started with in tests: as root it has no sandbox, the machine has no graphics card, and what it
 * would fetch for itself only disturbs.
 */
export const chromiumArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The path of a Chromium: `CHROMIUM_PATH`, else one on this machine, else Debian's where we may install it, else
 * Playwright's own download. Throws when none of that works.
 * @returns {string}
 */
export function findChromium() {
  const wished = process.env.CHROMIUM_PATH;
  if (wished) {
    if (!isProgram(wished)) throw new Error(`CHROMIUM_PATH is ${wished}, which is not a program`);
    return wished;
  }
  return findInstalled() ?? install();
}

function findInstalled() {
  return findOnPath(...namesOnPath) ?? [...usualPlaces, chromium.executablePath()].find(isProgram);
}

function install() {
  if (canAptInstall()) aptInstall("chromium");
  else {
    console.error("Installing Playwright's Chromium (npx playwright install chromium)...");
    const npx = process.platform === "win32" ? "npx.cmd" : "npx";
    spawnSync(npx, ["playwright", "install", "chromium"], {
      stdio: ["ignore", 2, 2],
      shell: npx.endsWith(".cmd"),
    });
  }
  const found = findInstalled();
  if (found) return found;
  throw new Error(
    "No Chromium found, and none could be installed. Install Chromium or Chrome, or say where it is: CHROMIUM_PATH=/path/to/chromium",
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(findChromium());
