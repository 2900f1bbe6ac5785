import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeFolderAmongOthers, makePrivateFolder } from "../../src/server/store/private-files.ts";
import { placeEmptyCluster } from "../support/empty-cluster.ts";

const timeout = 120_000;
const ofOthers = 0o077;

let home: string;
let dataDir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "docket-private-"));
  dataDir = join(home, "data");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Every file and folder in a folder, and the folder itself. A database that runs takes files of its own away meanwhile. */
function allOf(path: string): readonly string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  const inside = found.isDirectory() ? readdirSync(path) : [];
  return [path, ...inside.flatMap((name) => allOf(join(path, name)))];
}

/** What others of this machine may read, write or enter. */
function openToOthers(folder: string): readonly string[] {
  const modeOf = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return allOf(folder).filter((path) => (modeOf(path) & ofOthers) !== 0);
}

/** Makes files and folders as open as initdb leaves them where nobody looks after it. */
function openAll(folder: string): number {
  const paths = allOf(folder);
  for (const path of paths) chmodSync(path, lstatSync(path).isDirectory() ? 0o755 : 0o666);
  return paths.length;
}

/** Runs one of the server's programs as it is, under an umask that leaves new files open. Answers what it printed. */
async function run(entry: string, args: readonly string[], until?: string): Promise<string> {
  const env = { ...process.env, PORT: "0", DATA_DIR: dataDir, CONSUMERS: "none", LOG_LEVEL: "warn" };
  const script = 'umask 000; exec "$0" "$@"';
  const program = [process.execPath, "scripts/run-ts.mjs", entry, ...args];
  const child = spawn("sh", ["-c", script, ...program], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
      // While it runs: what a server holds open must be as private as what it leaves.
      if (until !== undefined && output.includes(until) && child.exitCode === null) {
        open = openToOthers(dataDir);
        child.kill("SIGTERM");
      }
    });
  }
  await once(child, "close");
  return output;
}
let open: readonly string[];

describe.skipIf(process.platform === "win32")("the files of the data folder", () => {
  test(
    "are private after the first start, whatever initdb and the umask leave open",
    async () => {
      const output = await run("src/server/main.ts", [], "Docket is at");
      expect(output).toContain("Docket is at");
      expect(open).toEqual([]);
      expect(allOf(dataDir).length).toBeGreaterThan(900);
      expect(openToOthers(dataDir)).toEqual([]);
      expect(output).not.toContain("open to other accounts");
    },
    timeout,
  );

  test(
    "are made private at a start that finds them open, and one line says so, once",
    async () => {
      await placeEmptyCluster(dataDir);
      const count = openAll(dataDir);
      const first = await run("src/server/main.ts", [], "Docket is at");
      expect(open).toEqual([]);
      expect(first).toContain(`${count} files and folders in ${dataDir} were open to other accounts`);
      expect(first.match(/open to other accounts/g)).toHaveLength(1);
      const second = await run("src/server/main.ts", [], "Docket is at");
      expect(second).not.toContain("open to other accounts");
      expect(openToOthers(dataDir)).toEqual([]);
    },
    timeout,
  );

  test(
    "are made private by maintenance too, and a backup is private under an umask that leaves all open",
    async () => {
      await placeEmptyCluster(dataDir);
      await run("src/server/main.ts", [], "Docket is at");
      openAll(dataDir);
      const file = join(home, "docket.backup");
      const output = await run("src/server/maintenance/main.ts", ["backup", "--to", file]);
      expect(output).toContain("Wrote 0 workspaces");
      expect(output).toContain("open to other accounts");
      expect(openToOthers(dataDir)).toEqual([]);
      expect(lstatSync(file).mode & 0o777).toBe(0o600);
    },
    timeout,
  );
});

describe.skipIf(process.platform === "win32")("a folder for private data", () => {
  test("that many accounts share stays as it is", () => {
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o1777);
    expect(makePrivateFolder(dataDir)).toEqual({ changed: 0, failed: 0 });
    expect(lstatSync(dataDir).mode & 0o7777).toBe(0o1777);
  });

  test("among others' is refused where it is somebody else's, a link, or a file, and closed where it is ours", () => {
    const us = lstatSync(home);
    makeFolderAmongOthers(dataDir, us);
    chmodSync(dataDir, 0o777);
    makeFolderAmongOthers(dataDir, us);
    expect(lstatSync(dataDir).mode & 0o777).toBe(0o700);
    const [link, file] = [join(home, "link"), join(home, "file")];
    symlinkSync(dataDir, link);
    writeFileSync(file, "");
    for (const other of [link, file])
      expect(() => makeFolderAmongOthers(other, us)).toThrow("belongs to another account");
  });

  test.runIf(process.getuid?.() === 0)("of somebody else is told apart from one of the data's owner", () => {
    const us = lstatSync(home);
    mkdirSync(dataDir);
    chownSync(dataDir, 12_345, 12_345);
    expect(() => makeFolderAmongOthers(dataDir, us)).toThrow("belongs to another account");
    makeFolderAmongOthers(dataDir, lstatSync(dataDir));
  });
});
