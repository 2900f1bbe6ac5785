import type { Device } from "../../device/storage/device.ts";
import { findMeta } from "../../device/storage/meta.ts";
import type { Identity } from "../../device/storage/rows.ts";
import { type Consistency, consistencySchema } from "../../protocol/consumer-messages.ts";
import { type Cursor, formatCursor } from "../../protocol/cursor.ts";
import { startLiveHints } from "./live-hints.ts";
import { mustJoined } from "./must-joined.ts";
import { call, type Reply } from "./transport.ts";

/** What waiting needs of the world. */
export interface ConsistencyPorts {
  readonly ask: (identity: Identity, at: string) => Promise<Reply<Consistency>>;
  readonly nowMs: () => number;
  readonly luck: () => number;
  /** Calls back once after a while; what it returns cancels. */
  readonly setTimer: (delayMs: number, ring: () => void) => () => void;
  /** Listens to the server's hints: services that write into the log make its head grow. */
  readonly startHints: (device: Device, heard: (head: number) => void) => { readonly stop: () => void };
}

/**
 * How waiting ended. `aside`: the services have read that far and could not take all of it, so that some answer may
 * never come. `late`: the time ran out, with how far they were. `unanswered`: nobody has said anything; offline, most
 * likely.
 */
export type ConsistencyOutcome =
  | { readonly outcome: "reached"; readonly consistency: Consistency }
  | { readonly outcome: "aside"; readonly consistency: Consistency }
  | { readonly outcome: "late"; readonly consistency: Consistency }
  | { readonly outcome: "unanswered" };

const backoffMsMin = 250;
const backoffMsMax = 10_000;

/** How long to wait before the nth look: full jitter under a ceiling that doubles from 0.5 s to 10 s. */
export function lookAgainMs(looks: number, luck: number): number {
  const ceilingMs = Math.min(backoffMsMax, 500 * 2 ** Math.min(looks - 1, 16));
  return Math.round(backoffMsMin + luck * (ceilingMs - backoffMsMin));
}

/**
 * Waits until the services behind the log (inventory, webhooks) have read up to a position: "is my order through?". A
 * live hint makes it look at once; polling with backoff is the safety net. Ends after `timeoutMs`, or with `signal`.
 */
export async function waitForConsistency(
  device: Device,
  at: Cursor,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ports: ConsistencyPorts = realPorts,
): Promise<ConsistencyOutcome> {
  const endMs = ports.nowMs() + options.timeoutMs;
  let wake = () => {};
  let isHinted = false;
  const hints = ports.startHints(device, () => {
    isHinted = true;
    wake();
  });
  let last: Consistency | undefined;
  try {
    for (let looks = 1; options.signal?.aborted !== true; looks += 1) {
      isHinted = false;
      const reply = await ports.ask(device.identity(), formatCursor(at));
      if (reply.outcome === "answered") {
        last = reply.body;
        if (last.reached) {
          const isWhole = last.consumers.every(({ setAside }) => setAside === 0);
          return { outcome: isWhole ? "reached" : "aside", consistency: last };
        }
      }
      const leftMs = endMs - ports.nowMs();
      if (leftMs <= 0) break;
      if (isHinted) continue;
      await new Promise<void>((resolve) => {
        const cancel = ports.setTimer(Math.min(leftMs, lookAgainMs(looks, ports.luck())), resolve);
        wake = () => {
          cancel();
          resolve();
        };
        options.signal?.addEventListener("abort", wake, { once: true });
      });
    }
    return last === undefined ? { outcome: "unanswered" } : { outcome: "late", consistency: last };
  } finally {
    hints.stop();
  }
}

/** The cursor of this device: everything it has seen accepted is before it. */
export async function cursorOf(device: Device): Promise<Cursor | undefined> {
  const place = await findMeta(device.db, "place");
  return place === undefined ? undefined : { position: place.position, hash: place.hash };
}

/** Asks how far the services behind the log have come, against a position in it. */
function askConsistency(identity: Identity, at: string): Promise<Reply<Consistency>> {
  const path = `/v1/consistency?${new URLSearchParams({ at })}`;
  return call({ ...mustJoined(identity), method: "GET", path, schema: consistencySchema });
}

const realPorts: ConsistencyPorts = {
  ask: askConsistency,
  nowMs: () => Date.now(),
  luck: () => Math.random(),
  setTimer: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
  startHints: startLiveHints,
};
