import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockFolder } from "../../../src/server/store/folder-lock.ts";

describe("the lock of a data folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "docket-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("keeps a second one off, says what to do, and lets the next in when it is given back", async () => {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(
      `another process uses ${folder}: stop it, or give this one`,
    );
    await unlock();
    const again = await lockFolder(folder);
    await again();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is free again after its holder was killed, without anybody removing anything", async () => {
    // A process that holds the lock as the server does: it listens on the socket of that name.
    const holder = `require("node:net").createServer().listen(process.argv[1], () => console.log("held"))`;
    const child = spawn(process.execPath, ["-e", holder, join(folder, "lock")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect(lockFolder(folder)).rejects.toThrow("another process uses");
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(readdirSync(folder)).toEqual(["lock"]);
    const unlock = await lockFolder(folder);
    await unlock();
  });

  test("goes to one of many that find a dead holder's lock at the same moment", async () => {
    const holder = `require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
    await once(spawn(process.execPath, ["-e", holder, join(folder, "lock")]), "exit");
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const held = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(held).toHaveLength(1);
    for (const outcome of held) await outcome.value();
  });

  test("works where the folder's path is too long for a socket's name", async () => {
    const deep = join(folder, "a".repeat(60), "b".repeat(60));
    mkdirSync(deep, { recursive: true });
    const unlock = await lockFolder(deep);
    await expect(lockFolder(deep)).rejects.toThrow("another process uses");
    await unlock();
  });
});
