import { spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../../../scripts/free-port.mjs";
import { type Place, variablesOf } from "./databases.ts";

/** The hand-written server in a process of its own. */
export interface RunningRaw {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts `raw-server.ts` on 127.0.0.1 and waits until it listens. It is killed when this process exits. */
export async function startRawServer(place: Place): Promise<RunningRaw> {
  const port = await freePort();
  const child = spawn(process.execPath, ["scripts/run-ts.mjs", "test/programs/bench/server/raw-server.ts"], {
    env: { ...process.env, HOST: "127.0.0.1", PORT: String(port), ...variablesOf(place) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const cleanUp = () => void child.kill("SIGKILL");
  process.once("exit", cleanUp);
  await new Promise<void>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("ready")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the raw server ended with ${code}: ${output}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      process.off("exit", cleanUp);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}
