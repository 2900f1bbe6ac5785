import { spawnSync } from "node:child_process";
import { delimiter, resolve } from "node:path";

/**
 * Runs one command line through the shell, the project's own programs first on the PATH, its output shown as it
 * comes. True when it ended well.
 * @param {string} command
 * @param {Readonly<Record<string, string>>} [env] laid over the environment
 */
export function runStep(command, env = {}) {
  const PATH = `${resolve("node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const { status } = spawnSync(command, {
    shell: true,
    stdio: "inherit",
    env: { ...process.env, PATH, ...env },
  });
  return status === 0;
}
