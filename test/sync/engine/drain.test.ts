import { expect, test } from "vitest";
import { listOutbox } from "../../../src/device/views/queries.ts";
import { standIn } from "../../../src/sync/contexts/election.ts";
import { drain } from "../../../src/sync/engine/drain.ts";
import type { ExchangePorts } from "../../../src/sync/engine/exchange.ts";
import { startOrder } from "../../device/support/a-device.ts";
import { aFleet, type TestServer } from "../support/a-fleet.ts";

/** A way to the server that counts its requests, and breaks on those that carry a command. */
function aWay(server: TestServer, breaksOn: (command: string) => boolean) {
  const way = { requests: 0 };
  const ports: ExchangePorts = {
    ...server.ports,
    nowMs: () => Date.now(),
    post: (identity, request) => {
      way.requests += 1;
      if (way.requests > 30) throw new Error("expected a wake to come to an end, found it asking for ever");
      return request.commands.some(({ id }) => breaksOn(id))
        ? Promise.resolve({ outcome: "failed", trouble: "not-our-server" })
        : server.ports.post(identity, request);
    },
  };
  return { way, ports };
}

const inAMinute = () => Date.now() + 60_000;

test("[L7] [L8] a wake lets others past a command that fails alone, tries it once more, and ends", async () => {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  for (let orders = 0; orders < 4; orders += 1) await startOrder(rep.device);
  const [first] = await listOutbox(rep.device.db);
  const { way, ports } = aWay(server, (command) => command === first?.id);
  expect(await drain(rep.device, inAMinute(), ports)).toBe(false);
  expect((await listOutbox(rep.device.db)).map(({ id }) => id)).toEqual([first?.id]);
  expect(way.requests).toBeLessThan(12);
  rep.device.close();
  owner.device.close();
});

test("[L8] what failed alone because the way was closed for a moment is sent in the same wake", async () => {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  for (let orders = 0; orders < 4; orders += 1) await startOrder(rep.device);
  let failures = 3;
  const { ports } = aWay(server, () => {
    failures -= 1;
    return failures >= 0;
  });
  expect(await drain(rep.device, inAMinute(), ports)).toBe(true);
  expect(await listOutbox(rep.device.db)).toEqual([]);
  rep.device.close();
  owner.device.close();
});

test("a wake ends between two batches when another worker is to take over", async () => {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  await startOrder(rep.device);
  const { way, ports } = aWay(server, () => false);
  expect(await drain(rep.device, inAMinute(), ports, AbortSignal.abort())).toBe(false);
  expect(way.requests).toBe(0);
  rep.device.close();
  owner.device.close();
});

test("a wake that stands by while a page leads ends when another worker is to take over", async () => {
  const retiring = new AbortController();
  const done = await standIn(
    "docket-of-a-page",
    { deadlineMs: inAMinute(), signal: retiring.signal },
    () => Promise.resolve(false),
    () => Promise.reject(new Error("expected the page to be left to it")),
    {
      locks: heldByAPage,
      openChannel: () => ({ postMessage: () => {}, close: () => {}, onmessage: null }),
      every: () => () => {},
      nowMs: () => Date.now(),
      pause: async () => retiring.abort(),
    },
  );
  expect(done).toBe(false);
});

test("[L8] a wake that stands by asks the leading page to try more and more seldom, and so keeps its backoff", async () => {
  const words: string[] = [];
  let looks = 0;
  const startedMs = Date.now();
  await standIn(
    "docket-of-a-page",
    { deadlineMs: startedMs + 180_000, signal: new AbortController().signal },
    () => Promise.resolve(false),
    () => Promise.reject(new Error("expected the page to be left to it")),
    {
      locks: heldByAPage,
      openChannel: () => answeringRadio(({ word }) => words.push(word)),
      every: () => () => {},
      nowMs: () => startedMs + looks * 1_000,
      pause: async () => {
        looks += 1;
      },
    },
  );
  expect(looks).toBe(180);
  expect(words.filter((word) => word === "ping")).toHaveLength(180);
  expect(words.filter((word) => word === "wake")).toHaveLength(8);
});

/** A page holds the lock: nobody else is given it. */
const heldByAPage = {
  request: (_name: string, _options: unknown, hold: (lock: Lock | null) => unknown) =>
    Promise.resolve(hold(null)),
} as unknown as LockManager;

/** A channel on which a page answers each ping. */
function answeringRadio(hear: (said: { readonly word: string }) => void) {
  const radio = {
    onmessage: null as ((message: MessageEvent) => void) | null,
    close: () => {},
    postMessage: (said: { readonly word: string }) => {
      hear(said);
      if (said.word === "ping") radio.onmessage?.({ data: { word: "pong" } } as MessageEvent);
    },
  };
  return radio;
}
