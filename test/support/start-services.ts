import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

/** Inventory in a process of its own, on a PostgreSQL that a server has set up. */
export interface RunningServices {
  readonly pid: () => number;
  readonly output: () => string;
  /** kill -9; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Starts it again after it was killed. */
  readonly restart: () => Promise<void>;
  /** Stops it by SIGTERM. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts `dist/server/consumers.js` and waits until it follows the log; `env` is laid over the environment. The build
 * must be there.
 */
export async function startServices(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServices> {
  let output = "";
  const launch = async () => {
    const child = spawn(process.execPath, [resolve("dist/server/consumers.js")], {
      env: { ...process.env, ...env, DATABASE_URL: databaseUrl },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const following = new Promise<void>((done, fail) => {
      const hear = (chunk: Buffer) => {
        output += chunk;
        if (output.includes("Following the log")) done();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => fail(new Error(`the services ended with ${code}: ${output}`)));
    });
    await following;
    return child;
  };
  let child = await launch();
  const cleanUp = () => void child.kill("SIGKILL");
  process.once("exit", cleanUp);
  return {
    pid: () => child.pid ?? 0,
    output: () => output,
    kill: () => end(child, "SIGKILL"),
    restart: async () => {
      output = "";
      child = await launch();
    },
    stop: async () => {
      process.off("exit", cleanUp);
      await end(child, "SIGTERM");
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
