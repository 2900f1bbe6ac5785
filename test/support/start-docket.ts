import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../scripts/free-port.mjs";
import { placeEmptyCluster } from "./empty-cluster.ts";

/** A built server in a process of its own, with a data folder of its own. */
export interface RunningDocket {
  /** Where it answers, without a slash at the end; the same after a restart. */
  readonly url: string;
  readonly dataDir: string;
  /** Of the server's process; changes with every restart. */
  readonly pid: () => number;
  /** All that it has printed so far. */
  readonly output: () => string;
  /** kill -9. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port and data, after a clean stop if it still runs. */
  readonly restart: () => Promise<void>;
  /** Waits until it answers that it is ready, as after its database was away. */
  readonly waitUntilReady: () => Promise<void>;
  /** Stops it by SIGTERM (SIGKILL after 10 s, which is an error) and deletes its data folder. */
  readonly stop: () => Promise<void>;
}

const startMsMax = 60_000;
const stopMsMax = 10_000;

/**
 * Starts `dist/server/main.js` and waits until it is ready. The setup code is `SETUP-CODE`, unless `env` says
 * otherwise; `env` is laid over the environment. The build must be there (`npm run build`); `entry` is another one, such
 * as a kept build.
 */
export async function startDocket(
  env: Readonly<Record<string, string>> = {},
  entry = "dist/server/main.js",
): Promise<RunningDocket> {
  const home = mkdtempSync(join(tmpdir(), "docket-server-"));
  const port = env.PORT ?? String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const dataDir = env.DATA_DIR ?? join(home, "data");
  const defaults = {
    HOST: "127.0.0.1",
    PORT: port,
    DATA_DIR: dataDir,
    PUBLIC_URL: url,
    SETUP_CODE: "SETUP-CODE",
  };
  let output = "";
  if (env.DATABASE_URL === undefined) await placeEmptyCluster(dataDir);

  const launch = () => {
    const child = spawn(process.execPath, [resolve(entry)], {
      env: { ...process.env, ...defaults, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    return child;
  };
  let child = launch();
  const waitUntilReady = async () => {
    const deadline = Date.now() + startMsMax;
    while (!(await isReady(url))) {
      if (hasEnded(child)) throw new Error(`the server ended with ${child.exitCode}: ${output}`);
      if (Date.now() > deadline)
        throw new Error(`the server was not ready after ${startMsMax} ms: ${output}`);
      await delay(50);
    }
  };
  const cleanUp = () => {
    child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  };
  process.once("exit", cleanUp);

  await waitUntilReady();
  return {
    url,
    dataDir,
    pid: () => child.pid ?? 0,
    output: () => output,
    kill: () => end(child, "SIGKILL"),
    waitUntilReady,
    restart: async () => {
      await end(child, "SIGTERM");
      child = launch();
      await waitUntilReady();
    },
    stop: async () => {
      try {
        await end(child, "SIGTERM");
      } finally {
        process.off("exit", cleanUp);
        cleanUp();
      }
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const late = new AbortController();
  const limit = delay(stopMsMax, "late", { signal: late.signal }).catch(() => "in time");
  const outcome = await Promise.race([exited, limit]);
  late.abort();
  if (outcome !== "late") return;
  child.kill("SIGKILL");
  await exited;
  throw new Error(`the server did not stop within ${stopMsMax} ms of ${signal}`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
