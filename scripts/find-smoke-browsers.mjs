/**
 * Finds the browsers of the smoke suite, or installs Debian's. As a program it says what it found:
 * `node scripts/find-smoke-browsers.mjs`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { aptInstall, canAptInstall } from "./apt-install.mjs";
import { findOnPath, isProgram } from "./find-on-path.mjs";

const elsewhere = "the smoke suite drives its browsers on Linux only";
const firefoxPackages = ["firefox-esr"];
const webkitPackages = ["webkit2gtk-driver", "gir1.2-webkit2-4.1", "python3-gi", "xvfb"];

/**
 * Firefox: `FIREFOX_PATH`, else one on this machine. It speaks to us by itself, so there is no driver to find.
 * @returns {{ program: string } | { missing: string }}
 */
export function findFirefox() {
  if (process.platform !== "linux") return { missing: elsewhere };
  const wished = process.env.FIREFOX_PATH;
  if (wished && !isProgram(wished)) throw new Error(`FIREFOX_PATH is ${wished}, which is not a program`);
  const program = wished || findOnPath("firefox-esr", "firefox");
  return program ? { program } : { missing: `no Firefox on this machine${howToGet(firefoxPackages)}` };
}

/**
 * WebKitGTK: its driver, a Python that can open its windows, and a screen for them.
 * @returns {{ driver: string, python: string, xvfb: string } | { missing: string }}
 */
export function findWebkit() {
  if (process.platform !== "linux") return { missing: elsewhere };
  const driver = findOnPath("WebKitWebDriver");
  const xvfb = findOnPath("Xvfb");
  const python = driver && xvfb && findPython();
  return python
    ? { driver, python, xvfb }
    : { missing: `no WebKitGTK that can be driven on this machine${howToGet(webkitPackages)}` };
}

/** Another Python than the system's may come first on the PATH: it does not know the system's libraries. */
function findPython() {
  const canOpenWindows = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2";
  return ["/usr/bin/python3", findOnPath("python3")].find(
    (path) => path && isProgram(path) && spawnSync(path, ["-c", canOpenWindows]).status === 0,
  );
}

/** @param {readonly string[]} packages */
function howToGet(packages) {
  return ` (Debian: ${packages.join(" ")})`;
}

/**
 * Installs what is missing, as root on Debian; elsewhere those tests are left out, with the reason. In CI both are
 * there, or this throws: a test that is left out there would go unseen.
 */
export function installSmokeBrowsers() {
  const lacking = () =>
    [
      { found: findFirefox(), packages: firefoxPackages },
      { found: findWebkit(), packages: webkitPackages },
    ].filter(({ found }) => "missing" in found);
  const packages = lacking().flatMap(({ packages }) => packages);
  if (packages.length > 0 && canAptInstall()) aptInstall(...packages);
  for (const { found } of lacking()) {
    if (!("missing" in found)) continue;
    if (process.env.CI === "true")
      throw new Error(`${found.missing}, and only root on Debian can install it`);
    console.log(`Left out of the smoke suite: ${found.missing}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installSmokeBrowsers();
  console.log(findFirefox(), findWebkit());
}
