import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** True where {@link aptInstall} can work: as root on Debian and its kin. */
export function canAptInstall() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/**
 * Installs Debian packages without what they merely recommend, and says so: it takes a minute. Throws when apt-get
 * fails. What apt-get prints goes to stderr, since a caller's stdout may be somebody's input.
 * @param {readonly string[]} names
 */
export function aptInstall(...names) {
  console.error(`Installing Debian's ${names.join(", ")} (apt-get install)...`);
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...names]]) {
    const { status, error } = spawnSync("apt-get", ["-q", ...args], {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) throw new Error(`apt-get ${args.join(" ")} ended with ${status}`, { cause: error });
  }
}
