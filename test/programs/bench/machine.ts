import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { findChromium } from "../../../scripts/find-chromium.mjs";
import { findPostgres } from "../../../scripts/find-postgres.mjs";

/** Where and of what the figures were taken: without it they say nothing. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly cores: string;
  readonly memory: string;
  readonly node: string;
  readonly chromium: string;
  readonly postgres: string;
}

/** Asks the machine. */
export function describeMachine(): Machine {
  const all = cpus();
  const postgres = findPostgres();
  return {
    date: new Date().toISOString(),
    commit: commitOf(),
    cores: `${all.length} of ${all[0]?.model.trim() ?? "an unknown kind"}`,
    memory: `${(totalmem() / 1024 ** 3).toFixed(1)} GiB`,
    node: process.version,
    chromium: said(findChromium(), "--version"),
    postgres: "missing" in postgres ? "none" : said(join(postgres.binDir, "postgres"), "--version"),
  };
}

/** The commit, and whether the sources differ from it. */
function commitOf(): string {
  try {
    const commit = said("git", "rev-parse", "--short=12", "HEAD");
    return said("git", "status", "--porcelain", "--", "src") === "" ? commit : `${commit}, src changed`;
  } catch {
    return "not in a git checkout";
  }
}

function said(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
