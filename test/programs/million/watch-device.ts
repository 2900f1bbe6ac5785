import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

/** How far a device is that begins, read past the app. */
export interface HowFar {
  readonly position: number;
  readonly part: string | undefined;
  readonly done: number;
  readonly total: number;
}

/** Reads a page's database; undefined while there is none yet. */
export function howFar(page: Page): Promise<HowFar | undefined> {
  return page.evaluate(async () => {
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name ?? ""));
      try {
        if (!db.objectStoreNames.contains("streams")) continue;
        const meta = db.transaction("meta").objectStore("meta");
        const [place, beginning] = await Promise.all([done(meta.get("place")), done(meta.get("beginning"))]);
        return {
          position: place?.value.position ?? 0,
          part: beginning?.value.part,
          done: beginning?.value.done ?? 0,
          total: beginning?.value.total ?? 0,
        };
      } finally {
        db.close();
      }
    }
    return undefined;
  });
}

/** The states of some streams as a device holds them, with how many it holds in all. */
export function readStreams(page: Page, keys: readonly string[]) {
  return page.evaluate(async (wanted) => {
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name ?? ""));
      try {
        if (!db.objectStoreNames.contains("streams")) continue;
        const streams = db.transaction("streams").objectStore("streams");
        const rows = await Promise.all(wanted.map((key) => done(streams.get(key))));
        return {
          count: await done(streams.count()),
          states: rows.map((row) => row?.confirmed.state ?? null),
        };
      } finally {
        db.close();
      }
    }
    return { count: 0, states: [] };
  }, keys);
}

/** The memory of the largest process among these, in MB: resident, without what it shares. */
export function largestMb(pids: readonly number[]): number {
  return Math.max(0, ...pids.map(residentMb));
}

function residentMb(pid: number): number {
  try {
    const [, resident = "0", shared = "0"] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    return ((Number(resident) - Number(shared)) * 4) / 1024;
  } catch {
    return 0;
  }
}

/** The processes that were started for a browser profile: each names it, or is a child of one that does. */
export function browserPids(profile: string): readonly number[] {
  const commands = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: commandOf(name) }));
  return commands
    .filter(({ command }) => command.includes(profile) || command.includes("--type=renderer"))
    .map(({ pid }) => pid);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
