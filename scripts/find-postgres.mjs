/**
 * Finds PostgreSQL's server programs, or installs Debian's. As a program it prints their folder:
 * `node scripts/find-postgres.mjs`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aptInstall, canAptInstall } from "./apt-install.mjs";
import { findOnPath, isProgram } from "./find-on-path.mjs";

/**
 * The folder with `initdb` and `postgres`, or why there is none. In CI there is one, or this throws: a test that is
 * left out there would go unseen.
 * @returns {{ binDir: string } | { missing: string }}
 */
export function findPostgres() {
  const found = findBinDir();
  if (found) return { binDir: found };
  if (canAptInstall()) {
    aptInstall("postgresql");
    const installed = findBinDir();
    if (installed) return { binDir: installed };
  }
  const missing = "no PostgreSQL server programs (initdb, postgres) on this machine";
  if (process.env.CI === "true") throw new Error(`${missing}, and only root on Debian can install them`);
  return { missing };
}

function findBinDir() {
  return [...pgConfigDir(), ...debianDirs(), ...pathDir()].find(
    (dir) => isProgram(join(dir, program("initdb"))) && isProgram(join(dir, program("postgres"))),
  );
}

function pgConfigDir() {
  const { status, stdout } = spawnSync("pg_config", ["--bindir"], { encoding: "utf8" });
  return status === 0 ? [stdout.trim()] : [];
}

/** Debian keeps each version apart and off the PATH. The newest comes first. */
function debianDirs() {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
  return versions.map((version) => join(root, version, "bin"));
}

function pathDir() {
  const initdb = findOnPath("initdb");
  return initdb ? [dirname(initdb)] : [];
}

/** @param {string} name */
function program(name) {
  return process.platform === "win32" ? `${name}.exe` : name;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = findPostgres();
  if ("missing" in found) throw new Error(found.missing);
  console.log(found.binDir);
}
