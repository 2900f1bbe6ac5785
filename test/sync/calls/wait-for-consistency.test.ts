import { expect, test } from "vitest";
import { type Consistency, consistencySchema } from "../../../src/protocol/consumer-messages.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import type { Reply } from "../../../src/sync/calls/transport.ts";
import {
  type ConsistencyPorts,
  lookAgainMs,
  waitForConsistency,
} from "../../../src/sync/calls/wait-for-consistency.ts";
import { aLocalDevice } from "../../device/support/a-device.ts";
import { madeUp } from "../../support/over-the-wire.ts";

/** How far inventory is, as the server would say. */
function progress(position: number, at: number, setAside = 0): Reply<Consistency> {
  const reached = position >= at;
  const consumers = [{ name: "inventory", position, reached, setAside }];
  return { outcome: "answered", body: madeUp(consistencySchema, { at, head: at, reached, consumers }) };
}

/** A world whose time moves only where somebody waits; `answers` come one after the other, the last one for ever. */
function aWorld(answers: readonly Reply<Consistency>[], hintAfterMs?: number) {
  let nowMs = 0;
  const waits: number[] = [];
  let asked = 0;
  let hear = (_head: number) => {};
  let listening = 0;
  const ports: ConsistencyPorts = {
    ask: async () => {
      asked += 1;
      return answers[Math.min(asked, answers.length) - 1] as Reply<Consistency>;
    },
    nowMs: () => nowMs,
    luck: () => 1,
    setTimer: (delayMs, ring) => {
      waits.push(delayMs);
      if (hintAfterMs !== undefined && hintAfterMs < nowMs + delayMs && hintAfterMs >= nowMs) {
        nowMs = hintAfterMs;
        queueMicrotask(() => hear(1));
      } else {
        nowMs += delayMs;
        queueMicrotask(ring);
      }
      return () => {};
    },
    startHints: (_device, heard) => {
      hear = heard;
      listening += 1;
      return {
        stop: () => {
          listening -= 1;
        },
      };
    },
  };
  return { ports, waits, asked: () => asked, nowMs: () => nowMs, listening: () => listening };
}

test("waits longer and longer between looks, and ends when all services have read that far", async () => {
  const device = await aLocalDevice();
  const world = aWorld([progress(0, 3), progress(1, 3), progress(2, 3), progress(3, 3)]);
  const ended = await waitForConsistency(device, cursorStart, { timeoutMs: 60_000 }, world.ports);
  expect(ended).toMatchObject({ outcome: "reached" });
  expect(world.waits).toEqual([500, 1_000, 2_000]);
  expect(world.listening()).toBe(0);
  device.close();
});

test("looks at once when a live hint says that the log has grown", async () => {
  const device = await aLocalDevice();
  const world = aWorld([progress(0, 3), progress(3, 3)], 100);
  await waitForConsistency(device, cursorStart, { timeoutMs: 60_000 }, world.ports);
  expect(world.nowMs()).toBe(100);
  device.close();
});

test("[L16] ends with what it knows when the time is over, and says so when nobody has answered", async () => {
  const device = await aLocalDevice();
  const slow = aWorld([progress(1, 3)]);
  expect(await waitForConsistency(device, cursorStart, { timeoutMs: 5_000 }, slow.ports)).toMatchObject({
    outcome: "late",
    consistency: { consumers: [{ position: 1 }] },
  });
  expect(slow.nowMs()).toBe(5_000);
  const offline = aWorld([{ outcome: "failed", trouble: "unreachable" }]);
  expect(await waitForConsistency(device, cursorStart, { timeoutMs: 5_000 }, offline.ports)).toEqual({
    outcome: "unanswered",
  });
  device.close();
});

test("what a service has set aside is told apart: its answer may never come", async () => {
  const device = await aLocalDevice();
  const world = aWorld([progress(3, 3, 2)]);
  expect(await waitForConsistency(device, cursorStart, { timeoutMs: 1 }, world.ports)).toMatchObject({
    outcome: "aside",
  });
  device.close();
});

test("[L16] a wait for the next look is between a quarter of a second and ten seconds, whatever the luck", () => {
  for (let looks = 1; looks < 40; looks += 1) {
    expect(lookAgainMs(looks, 0)).toBe(250);
    expect(lookAgainMs(looks, 1)).toBe(Math.min(10_000, 500 * 2 ** (looks - 1)));
  }
});
