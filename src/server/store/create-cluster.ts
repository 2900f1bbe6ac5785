import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { narrowTree } from "./private-files.ts";

/**
 * Creates PGlite's database files in `folder` unless they are there. It runs in a child process, because initdb leaves
 * some 500 MB behind in the process that ran it; beside the folder and then renamed, so that a kill in the middle
 * leaves nothing half done; and flushed, so that a power cut right after leaves all of it.
 */
export async function createClusterIfMissing(folder: string): Promise<void> {
  if (existsSync(join(folder, "PG_VERSION"))) return;
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  await runInitdb(unfinished);
  // initdb leaves its files open to everybody, whatever the umask says: the key of the seals is in one of them.
  narrowTree(unfinished);
  flushTree(unfinished);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  flush(dirname(folder));
}

/** A script without TypeScript, because the child is plain Node: it opens the folder, which runs initdb, and closes. */
const script = `
process.umask(0o077);
const { PGlite } = require(process.argv[1]);
PGlite.create(process.argv[2]).then((db) => db.close()).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});`;

async function runInitdb(folder: string): Promise<void> {
  const pglite = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const child = spawn(process.execPath, ["-e", script, pglite, folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  const late = setTimeout(() => child.kill("SIGKILL"), initdbMsMax);
  const [code, signal]: unknown[] = await once(child, "exit").finally(() => clearTimeout(late));
  if (code !== 0) {
    throw new Error(
      `creating the database in ${folder} failed (exit ${String(code ?? signal)}): ${said.trim()}`,
    );
  }
}

const initdbMsMax = 120_000;

function flushTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) flushTree(path);
    else if (entry.isFile()) flush(path);
  }
  flush(folder);
}

function flush(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } catch (error) {
    // Windows flushes neither folders nor files that are open for reading: there the rename is all there is.
    if (process.platform !== "win32") throw error;
  } finally {
    closeSync(file);
  }
}
