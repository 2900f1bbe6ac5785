import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { RunningDocket } from "../../../support/start-docket.ts";
import type { CpuProfile } from "../cpu-profile.ts";
import type { Watched } from "../work.ts";
import { type Database, startDocketAt } from "./databases.ts";

/** What is watched: `begin` is called when all stands ready, and what it did is told by the end. */
export type WatchedPlay = (
  docket: RunningDocket,
  begin: () => void,
) => Promise<Pick<Watched, "units" | "unit">>;

/** Starts a Docket of its own and takes its CPU profile while `play` works with it. */
export async function profileDocket(
  database: Database,
  env: Readonly<Record<string, string>>,
  play: WatchedPlay,
): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), "docket-profile-"));
  const file = join(folder, "server.cpuprofile");
  const hook = pathToFileURL(resolve("test/programs/bench/server/profile-hook.mjs")).href;
  try {
    const docket = await startDocketAt(await database.makePlace(), {
      env: { ...env, NODE_OPTIONS: `--import=${hook}`, PROFILE_TO: file },
    });
    let done: Pick<Watched, "units" | "unit">;
    try {
      done = await play(docket, () => process.kill(docket.pid(), "SIGUSR2"));
    } finally {
      await docket.stop();
    }
    return { ...done, cpu: JSON.parse(readFileSync(file, "utf8")) as CpuProfile };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
