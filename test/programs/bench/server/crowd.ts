import { setTimeout as delay } from "node:timers/promises";
import type { PushedCommand } from "../../../../src/protocol/sync-messages.ts";
import { backoffMs } from "../../../../src/sync/calls/backoff.ts";
import { isTurnedAway, type Wire } from "./wire.ts";

/** How a device of a crowd speaks to its server: Docket's, or the hand-written one. */
export interface Speech {
  /** Where the hints come from. */
  readonly livePath: string;
  /** Asks for what comes after a place. */
  readonly ask: (wire: Wire, after: string | null) => Promise<string>;
  /** How far an answer leads, and whether there is more already. */
  readonly progressOf: (answer: string) => { readonly cursor: string; readonly more: boolean };
  readonly push: (wire: Wire, commands: readonly PushedCommand[]) => Promise<void>;
}

/** Many devices that listen to live hints and ask for what is new, as the app does. */
export interface Crowd {
  /**
   * Whoever takes orders takes one every `everyMs`; resolves when every device has seen every one. Tells how long each
   * device waited for each order, from before it was sent, and how often one was told to come back later.
   */
  readonly watch: (
    orders: readonly (readonly PushedCommand[])[],
    everyMs: number,
  ) => Promise<{ readonly waitsMs: readonly number[]; readonly turnedAway: number }>;
  readonly leave: () => void;
}

/** How long the last device may take to see the last order. */
const seenMsMax = 120_000;

/** Lets devices listen from a place on; `taker` is the one that takes orders. */
export async function gather(
  speech: Speech,
  wires: readonly Wire[],
  taker: Wire,
  from: string | null,
): Promise<Crowd> {
  const sightings = makeSightings(wires.length);
  const ends: (() => void)[] = [];
  // A few at a time: whoever opens the shop does not come with all the others in the same moment.
  const queue = [...wires];
  const join = async () => {
    for (let wire = queue.pop(); wire !== undefined; wire = queue.pop())
      ends.push(await listen(speech, wire, from, sightings));
  };
  await Promise.all(Array.from({ length: joiningAtOnce }, join));
  return {
    watch: async (orders, everyMs) => {
      const startedMs = performance.now();
      const waits = orders.map(async (commands, index) => {
        await delay(Math.max(0, startedMs + index * everyMs - performance.now()));
        const seen = sightings.expect(commands[0]?.stream ?? "");
        const push = () => speech.push(taker, commands);
        const [waited] = await Promise.all([seen, untilAnswered(push, sightings.turnedAway)]);
        return waited;
      });
      const before = sightings.turnedAwayCount();
      const waitsMs = (await Promise.all(waits)).flat();
      return { waitsMs, turnedAway: sightings.turnedAwayCount() - before };
    },
    leave: () => {
      for (const end of ends) end();
    },
  };
}

const joiningAtOnce = 20;

/** One device: each hint makes it ask, unless it asks already; then it asks once more. Returns its end. */
async function listen(
  { livePath, ask, progressOf }: Speech,
  wire: Wire,
  from: string | null,
  { hear, fail, turnedAway }: Sightings,
): Promise<() => void> {
  let after = from;
  let isAsking = false;
  let isWoken = false;
  let isGone = false;
  const follow = async () => {
    isAsking = true;
    while (isWoken && !isGone) {
      isWoken = false;
      const answer = await untilAnswered(() => ask(wire, after), turnedAway);
      hear(wire, answer);
      const { cursor, more } = progressOf(answer);
      after = cursor;
      if (more) isWoken = true;
    }
    isAsking = false;
  };
  const end = await wire.listen(livePath, (text) => {
    if (!text.includes("event: head")) return;
    isWoken = true;
    if (isAsking) return;
    follow().catch((error: unknown) => {
      if (!isGone) fail(error);
    });
  });
  return () => {
    isGone = true;
    end();
  };
}

/** Asks until it is answered: whoever is told to come back later does so after a wait, as a device does. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>, turnedAway: () => void): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isTurnedAway(error) || failures > failuresMax) throw error;
      turnedAway();
      await delay(Math.max(retryAfterMs, backoffMs(failures, Math.random())));
    }
  }
}

const failuresMax = 20;

/** What Docket's server says whom it turns away. */
const retryAfterMs = 1_000;

/** Who has seen which order, and how long each waited for it. */
interface Sightings {
  readonly hear: (wire: Wire, answer: string) => void;
  /** Resolves once all have seen it, to how long each waited. */
  readonly expect: (stream: string) => Promise<readonly number[]>;
  /** What all who wait now end with. */
  readonly fail: (error: unknown) => void;
  /** Somebody was told to come back later. */
  readonly turnedAway: () => void;
  readonly turnedAwayCount: () => number;
}

function makeSightings(devices: number): Sightings {
  const open = new Map<string, Sought>();
  let turnedAway = 0;
  return {
    turnedAway: () => {
      turnedAway += 1;
    },
    turnedAwayCount: () => turnedAway,
    hear: (wire, answer) => {
      for (const stream of new Set(answer.match(orderStream))) {
        const order = open.get(stream);
        // What a service writes about an order names it again.
        if (order === undefined || order.waits.has(wire)) continue;
        order.waits.set(wire, performance.now() - order.sentMs);
        if (order.waits.size < devices) continue;
        open.delete(stream);
        order.seen();
      }
    },
    expect: (stream) =>
      new Promise((resolve, reject) => {
        const waits = new Map<Wire, number>();
        const late = setTimeout(() => {
          reject(new Error(`${waits.size} of ${devices} have seen ${stream} after ${seenMsMax} ms`));
        }, seenMsMax);
        const seen = () => {
          clearTimeout(late);
          resolve([...waits.values()]);
        };
        const fail = (error: unknown) => {
          clearTimeout(late);
          reject(error);
        };
        open.set(stream, { sentMs: performance.now(), waits, seen, fail });
      }),
    fail: (error) => {
      for (const { fail } of open.values()) fail(error);
    },
  };
}

interface Sought {
  readonly sentMs: number;
  readonly waits: Map<Wire, number>;
  readonly seen: () => void;
  readonly fail: (error: unknown) => void;
}

const orderStream = /order\/[0-9a-f-]{36}/g;
