import { expect, test } from "vitest";
import { reopen } from "../../../src/device/storage/reopen.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import type { SyncWorld } from "../../../src/sync/contexts/browser-world.ts";
import { startSync } from "../../../src/sync/contexts/start-sync.ts";
import { type Stall, tickMs } from "../../../src/sync/contexts/watchdog.ts";
import type { ExchangePorts } from "../../../src/sync/engine/exchange.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { aFleet, type Member, type TestServer } from "../support/a-fleet.ts";

/** Lets everything that is under way come to its end, and so what follows from each answer of the server. */
const settle = async (asked: readonly Promise<unknown>[]) => {
  for (let answered = -1; answered < asked.length; ) {
    answered = asked.length;
    await Promise.all(asked);
    for (let turns = 0; turns < 60; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  }
};

type Work = () => Promise<void>;

/** The lock of a browser with one page: held until its work is over, robbed by who steals it. */
function aLock() {
  let rob: ((reason: Error) => void) | undefined;
  const waiting: (() => void)[] = [];
  const request = (_name: string, options: { readonly steal?: boolean }, work: Work) =>
    new Promise<void>((resolve, reject) => {
      const hold = () => {
        rob = reject;
        const release = () => {
          if (rob !== reject) return;
          rob = undefined;
          waiting.shift()?.();
        };
        work().then(resolve, reject).finally(release);
      };
      if (options.steal === true) rob?.(new Error("robbed"));
      if (options.steal === true || rob === undefined) hold();
      else waiting.push(hold);
    });
  return { request: request as unknown as LockManager["request"] };
}

/** A page in virtual time, with the real sync of a page: its watchdog ticks when the test says so. */
function aPage(member: Member, server: TestServer, post: ExchangePorts["post"], asked: Promise<unknown>[]) {
  let [nowMs, seen, online] = [0, true, true];
  let ring = () => {};
  const told: (Stall | undefined)[] = [];
  const tried: string[] = [];
  const world: SyncWorld = {
    ...server.ports,
    post,
    nowMs: () => Date.now(),
    luck: () => 0.5,
    report: (error) => void tried.push(String(error)),
    setTimer: () => () => {},
    election: {
      locks: aLock(),
      openChannel: () => ({ onmessage: null, postMessage: () => {}, close: () => {} }),
      every: () => () => {},
      nowMs: () => nowMs,
      pause: () => Promise.resolve(),
    },
    startHints: () => ({ stop: () => {} }),
    askForWake: async () => false,
    askForPeriodicWakes: async () => false,
    onOnline: () => () => {},
  };
  const syncing = startSync(member.device, world, {
    isSeen: () => seen,
    onStall: (stall) => told.push(stall),
    watch: {
      every: (_periodMs, tick) => {
        ring = tick;
        return () => void tried.push("stopped");
      },
      monotonicMs: () => nowMs,
      isOnline: () => online,
      reopen: async (db) => {
        tried.push("reopen");
        await reopen(db);
      },
      checkForUpdate: async () => void tried.push("check-update"),
    },
  });
  const pass = async (ms: number) => {
    for (const endMs = nowMs + ms; nowMs < endMs; ) {
      nowMs += tickMs;
      ring();
      await settle(asked);
    }
  };
  const be = (more: { readonly seen?: boolean; readonly online?: boolean }) => {
    seen = more.seen ?? seen;
    online = more.online ?? online;
  };
  return { pass, be, told, tried, syncing };
}

/** A rep with two changes to send, and a way to the server that swallows requests while `stuck`. */
async function aStuckPage() {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  const { stream } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  const way = { stuck: true, asked: 0 };
  const asked: Promise<unknown>[] = [];
  const post: ExchangePorts["post"] = (identity, request) => {
    way.asked += 1;
    if (way.stuck) return new Promise(() => {});
    const answer = server.ports.post(identity, request);
    asked.push(answer);
    return answer;
  };
  const page = aPage(rep, server, post, asked);
  await settle(asked);
  expect(way.asked).toBe(1);
  return { rep, way, settled: () => settle(asked), ...page };
}

test("[L8] a request that never ends is left behind: the page leads again, and the work is sent", async () => {
  const { rep, way, pass, told, tried, syncing } = await aStuckPage();
  await pass(180_000);
  expect(await listOutbox(rep.device.db)).toHaveLength(2);
  way.stuck = false;
  await pass(90_000);
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect([told, tried]).toEqual([[], []]);
  syncing.stop();
  expect(tried).toEqual(["stopped"]);
});

test("[L8] what nothing helps is said, with what was tried; a person's try ends it", async () => {
  const { rep, way, settled, pass, told, tried, syncing } = await aStuckPage();
  await pass(480_000);
  expect(told.map((stall) => stall?.stalledMs)).toEqual([420_000]);
  expect(told[0]?.tried).toEqual(["wake", "take-over", "reopen", "check-update"]);
  expect(tried).toEqual(["reopen", "check-update"]);
  way.stuck = false;
  syncing.takeOver();
  await settled();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  await pass(30_000);
  expect(told.at(-1)).toBeUndefined();
  expect(told).toHaveLength(2);
  syncing.stop();
});

test("a page that nobody sees, or that knows of no network, tries and says nothing", async () => {
  const { way, pass, be, told, tried, syncing } = await aStuckPage();
  be({ seen: false });
  await pass(900_000);
  be({ seen: true, online: false });
  await pass(900_000);
  expect([told, tried, way.asked]).toEqual([[], [], 1]);
  syncing.stop();
});
