import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ElectionPorts, stand, standIn } from "../../../src/sync/contexts/election.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Radio = ReturnType<ElectionPorts["openChannel"]>;
type Work = (held: object | null) => unknown;
interface Wish {
  readonly steal?: boolean;
  readonly ifAvailable?: boolean;
}

/** What the contexts of a browser share: one lock, and one channel that is silent where a context is frozen. */
function aBrowser() {
  const frozen = new Set<string>();
  const radios = new Map<Radio, string>();
  const waiting: (() => void)[] = [];
  let rob: ((reason: Error) => void) | undefined;
  const request = (_name: string, wish: Wish, work: Work) =>
    new Promise<unknown>((resolve, reject) => {
      const hold = () => {
        rob = reject;
        const release = () => {
          if (rob !== reject) return;
          rob = undefined;
          waiting.shift()?.();
        };
        Promise.resolve(work({})).then(resolve, reject).finally(release);
      };
      if (wish.steal === true) rob?.(new Error("robbed"));
      if (wish.steal === true || rob === undefined) hold();
      else if (wish.ifAvailable === true) resolve(work(null));
      else waiting.push(hold);
    });
  const openChannel = (context: string): Radio => {
    const radio: Radio = {
      onmessage: null,
      postMessage: (data: unknown) => {
        for (const [other, name] of radios) {
          if (other !== radio && !frozen.has(name)) other.onmessage?.({ data } as MessageEvent);
        }
      },
      close: () => void radios.delete(radio),
    };
    radios.set(radio, context);
    return radio;
  };
  const portsOf = (context: string): ElectionPorts => ({
    locks: { request: request as unknown as LockManager["request"] },
    openChannel: () => openChannel(context),
    every: (periodMs, ring) => {
      const timer = setInterval(ring, periodMs);
      return () => clearInterval(timer);
    },
    nowMs: () => Date.now(),
    pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  const led: string[] = [];
  /** A page that leads until it is robbed. */
  const aPage = (name: string) =>
    stand(
      "docket",
      () => {
        led.push(name);
        return { wake: () => {}, ended: new Promise<void>(() => {}) };
      },
      portsOf(name),
    );
  return { aPage, portsOf, led, freeze: (name: string) => frozen.add(name) };
}

test("[L11] a leader that falls silent is robbed after 30 s, by a page that waits, and not sooner", async () => {
  const { aPage, led, freeze } = aBrowser();
  const pages = [aPage("first"), aPage("second")];
  // Answered each time, for an hour, and for the last time in this moment.
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(led).toEqual(["first"]);
  freeze("first");
  await vi.advanceTimersByTimeAsync(29_999);
  expect(led).toEqual(["first"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(led).toEqual(["first", "second"]);
  for (const page of pages) page.stop();
});

test("[L11] a page that opens beside a frozen leader leads after 30 s", async () => {
  const { aPage, led, freeze } = aBrowser();
  const frozen = aPage("first");
  freeze("first");
  await vi.advanceTimersByTimeAsync(5_000);
  const opened = aPage("second");
  await vi.advanceTimersByTimeAsync(29_999);
  expect(led).toEqual(["first"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(led).toEqual(["first", "second"]);
  for (const page of [frozen, opened]) page.stop();
});

test("[L11] the service worker, woken beside a frozen leader, works instead of it after 30 s", async () => {
  const { aPage, portsOf, freeze } = aBrowser();
  const frozen = aPage("first");
  freeze("first");
  const wokenMs = Date.now();
  let workedAfterMs: number | undefined;
  const standing = standIn(
    "docket",
    { deadlineMs: wokenMs + 180_000, signal: new AbortController().signal },
    async () => false,
    async () => {
      workedAfterMs = Date.now() - wokenMs;
      return true;
    },
    portsOf("worker"),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await standing).toBe(true);
  expect(workedAfterMs).toBe(30_000);
  frozen.stop();
});
