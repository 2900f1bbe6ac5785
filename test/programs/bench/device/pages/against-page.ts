import { joinKept, openKept } from "kept-device";
import { newId } from "../../../../../src/protocol/ids.ts";
import { aHeader, aLine } from "../../../../domain/builders.ts";
import { serveFrom } from "./served-pages.ts";

/** What a kept build does in the browser; its commands and pages are those that it knows. Times are in ms. */
const againstPage = {
  /** Joins by an invite's code, and takes what is there. */
  join: async (code: string): Promise<void> => {
    const device = await joinKept({ origin: location.origin, code, deviceName: "Van" }, {});
    // One call takes 30 s at most, and what it has taken stays.
    for (let calls = 0; calls < syncCallsMax; calls += 1) if (await device.sync()) return device.close();
    throw new Error("expected the kept build to take all");
  },

  /** Saves commands of orders of three lines, one after another. The time of each. */
  saveInSequence: async (count: number): Promise<readonly number[]> => {
    const device = await openKept({});
    const times: number[] = [];
    while (times.length < count) {
      const stream = `order/${newId()}`;
      const commands = [
        ({ orderNumber: number }: { readonly orderNumber: string }) => ({
          type: "start-order",
          data: { ...aHeader(), number },
        }),
        ...[1, 2, 3].map((line) => ({ type: "add-line", data: aLine(line, { lineId: newId() }) })),
        { type: "place-order", data: {} },
      ];
      for (const command of commands.slice(0, count - times.length)) {
        const startedMs = performance.now();
        const { outcome } = await device.save(stream, command);
        if (outcome !== "saved") throw new Error(`expected "saved", found ${outcome}`);
        times.push(performance.now() - startedMs);
      }
    }
    device.close();
    return times;
  },

  /** Exchanges with the server until nothing is left. */
  sync: async (): Promise<void> => {
    const device = await openKept({});
    if (!(await device.sync())) throw new Error("expected the kept build to send all");
    device.close();
  },

  /** Takes a log into an empty device as pages come from a server. The time of all. */
  takePages: async (paths: readonly string[]): Promise<number> => {
    const pages = await Promise.all(paths.map(async (path) => (await fetch(path)).text()));
    const joined = {
      workspace: { id: newId(), name: "Shop" },
      device: { id: newId(), code: "B1", name: "Van", role: "owner" },
    };
    const before = (await indexedDB.databases()).map(({ name }) => name);
    const stop = serveFrom(pages, joined);
    try {
      const device = await joinKept({ origin: location.origin, code: newId(), deviceName: "Van" }, {});
      const startedMs = performance.now();
      if (!(await device.sync())) throw new Error("expected the kept build to take all");
      const tookMs = performance.now() - startedMs;
      device.close();
      return tookMs;
    } finally {
      stop();
      for (const { name } of await indexedDB.databases())
        if (name !== undefined && name !== "docket" && !before.includes(name)) indexedDB.deleteDatabase(name);
    }
  },
};

const syncCallsMax = 60;

export type AgainstPage = typeof againstPage;

declare global {
  var against: AgainstPage;
}
Object.assign(globalThis, { against: againstPage });
