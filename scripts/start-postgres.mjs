import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findPostgres } from "./find-postgres.mjs";
import { freePort } from "./free-port.mjs";

/**
 * A PostgreSQL of one's own, in a temporary folder, listening on 127.0.0.1 only.
 * @typedef {object} RunningPostgres
 * @property {string} url of the database `postgres`, as superuser, without a password
 * @property {number} port the same after a restart
 * @property {string} dataDir
 * @property {() => number} pid of the main process, which changes with every restart
 * @property {() => Promise<void>} kill kill -9: what was not flushed by an fsync is up to luck
 * @property {() => Promise<void>} restart starts it again, after a stop (fast) if it still runs
 * @property {() => Promise<void>} stop stops it and deletes its folder
 */

const startMsMax = 30_000;

/**
 * Starts a fresh PostgreSQL with fsync on, in less than two seconds. Throws where there is none (`findPostgres` says
 * so beforehand) or when it does not start. It is killed when this process exits without having stopped it.
 * @param {{ port?: number, settings?: Readonly<Record<string, string>> }} [options] the port is a free one by default;
 *   `settings` go to `postgres -c name=value`
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres(options = {}) {
  const found = findPostgres();
  if ("missing" in found) throw new Error(found.missing);
  const { binDir } = found;
  const port = options.port ?? (await freePort());
  const owner = unprivilegedUser();
  const home = mkdtempSync(join(tmpdir(), "docket-postgres-"));
  if (owner) chownSync(home, owner.uid, owner.gid);
  const dataDir = join(home, "data");
  const log = join(home, "log");
  const asOwner = { ...owner, cwd: home, env: { PATH: process.env.PATH, LC_ALL: "C" } };

  const initdb = spawnSync(
    join(binDir, "initdb"),
    ["-D", dataDir, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--no-locale"],
    { ...asOwner, encoding: "utf8" },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr}`, { cause: initdb.error });

  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

  const launch = () => {
    const output = openSync(log, "a");
    const started = spawn(join(binDir, "postgres"), ["-D", dataDir, ...args], {
      ...asOwner,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    return started;
  };
  let child = launch();

  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  const start = async () => {
    const deadline = Date.now() + startMsMax;
    while (!isReady(dataDir, child.pid)) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not start: ${readFileSync(log, "utf8")}`);
      // After a kill -9 the old workers hold its memory for a moment, and the new one gives up: it is tried again.
      if (child.exitCode !== null) child = launch();
      await delay(20);
    }
  };
  const cleanUp = () => {
    child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once("exit", cleanUp);

  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    pid: () => child.pid ?? 0,
    kill: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGINT");
      child = launch();
      await start();
    },
    stop: async () => {
      // SIGINT is PostgreSQL's "fast" stop: it cuts open connections instead of waiting for them.
      await end("SIGINT");
      process.off("exit", cleanUp);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * PostgreSQL refuses to run as root, so root lends it another user.
 * @returns {{ uid: number, gid: number } | undefined}
 */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }).stdout);
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody'",
  );
}

/**
 * PostgreSQL writes its pid into line 1 and its state into line 8 of this file.
 * Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/utils/pidfile.h
 * @param {string} dataDir
 * @param {number | undefined} pid
 */
function isReady(dataDir, pid) {
  try {
    const lines = readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    // The file is not there yet.
    return false;
  }
}
