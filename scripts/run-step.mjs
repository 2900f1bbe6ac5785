import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { delimiter, resolve } from "node:path";

/**
 * Runs one command line through the shell, the project's own programs first on the PATH, its output shown as it
 * comes. True when it ended well.
 * @param {string} command
 * @param {Readonly<Record<string, string>>} [env] laid over the environment
 */
export function runStep(command, env = {}) {
  const { status } = spawnSync(command, { shell: true, stdio: "inherit", env: environmentOf(env) });
  return status === 0;
}

/**
 * Like {@link runStep}, while something else runs.
 * @param {string} command
 * @param {Readonly<Record<string, string>>} env
 * @param {(text: Buffer) => void} [write] takes its output instead of the terminal
 * @returns {Promise<boolean>}
 */
export async function runStepBeside(command, env, write) {
  const child = spawn(command, {
    shell: true,
    stdio: write ? ["ignore", "pipe", "pipe"] : "inherit",
    env: environmentOf(env),
  });
  if (write) for (const stream of [child.stdout, child.stderr]) stream?.on("data", write);
  const [status] = await once(child, "close");
  return status === 0;
}

/** @param {Readonly<Record<string, string>>} env */
function environmentOf(env) {
  const PATH = `${resolve("node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  return { ...process.env, PATH, ...env };
}
