import { expect, onTestFinished, test } from "vitest";
import type { Device } from "../../../src/device/storage/device.ts";
import type { SyncWorld } from "../../../src/sync/contexts/browser-world.ts";
import { startSync } from "../../../src/sync/contexts/start-sync.ts";
import { aFleet } from "../support/a-fleet.ts";

/** Lets everything that is under way come to its end. */
const settle = async () => {
  for (let turns = 0; turns < 60; turns += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A page that is given the lock each time it asks; the pauses between end when the test says so. */
async function aPage(startHints: SyncWorld["startHints"], prepare: (device: Device) => void = () => {}) {
  const { join, server } = await aFleet();
  const { device } = await join("rep");
  prepare(device);
  const reported: unknown[] = [];
  let pausing: (() => void) | undefined;
  let held = 0;
  const request = async (_name: string, _options: unknown, work: () => Promise<void>) => {
    held += 1;
    await work();
  };
  const syncing = startSync(device, {
    ...server.ports,
    nowMs: () => Date.now(),
    luck: () => 0.5,
    report: (error) => void reported.push(error),
    setTimer: () => () => {},
    election: {
      locks: { request: request as unknown as LockManager["request"] },
      openChannel: () => ({ onmessage: null, postMessage: () => {}, close: () => {} }),
      every: () => () => {},
      nowMs: () => 0,
      pause: () =>
        new Promise((resolve) => {
          pausing = resolve;
        }),
    },
    startHints,
    askForWake: async () => false,
    askForPeriodicWakes: async () => false,
    onOnline: () => () => {},
  });
  onTestFinished(() => {
    syncing.stop();
    device.close();
  });
  const standAgain = async () => {
    await settle();
    pausing?.();
    await settle();
  };
  return { reported, standAgain, held: () => held };
}

test("a page that cannot lead because of our mistake says so once, and goes on standing for it", async () => {
  const mistake = new TypeError("AbortSignal.any is not a function");
  const { reported, standAgain, held } = await aPage(() => {
    throw mistake;
  });
  await standAgain();
  await standAgain();
  expect(held()).toBe(3);
  expect(reported).toEqual([mistake]);
});

test("a page that cannot lead because its storage fails reports no mistake of ours", async () => {
  const { reported, standAgain, held } = await aPage(
    () => ({ stop: () => {} }),
    ({ db }) => db.close(),
  );
  await standAgain();
  expect(held()).toBeGreaterThan(1);
  expect(reported).toEqual([]);
});
