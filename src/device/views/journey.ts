import type { AllocationCause, AllocationEvent } from "../../domain/allocation/allocation.ts";
import { kindOf } from "../../domain/stream-key.ts";
import { upcast } from "../../domain/upcast.ts";

/**
 * One event of an order or of what the warehouse says to it, as far as its way is concerned. Times are ISO 8601 UTC.
 */
export interface TravelledEvent {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly command: string;
  readonly causation?: string;
  /** 32 hex digits: the same from the tap to the warehouse's answer. */
  readonly traceId: string;
  /** By the clock of the device that recorded it, corrected. */
  readonly happenedAt: string;
  /** When the server had it; absent while it waits on this device. */
  readonly recordedAt?: string;
  /** When it came in on this device; absent where that was not noted. */
  readonly arrivedAt?: string;
  readonly device: string;
  readonly actor: string;
  readonly own: boolean;
}

/** What the warehouse said, as numbers. */
export interface StockAnswer {
  readonly said: "reserved" | "short" | "released" | "issued";
  readonly cause?: AllocationCause;
  readonly wanted: number;
  readonly reserved: number;
}

/** One step on the way of a command, with its time; `afterMs` since the step before. */
export type Hop = { readonly at: string; readonly afterMs: number } & (
  | { readonly hop: "taken"; readonly device: string; readonly actor: string; readonly own: boolean }
  /** Saved on this device; others do not know when theirs was. */
  | { readonly hop: "saved" }
  /** `offlineMs`: how much of the way here was time without a network; 0 where it went at once. */
  | { readonly hop: "accepted"; readonly offlineMs: number }
  | { readonly hop: "answered"; readonly answer: StockAnswer }
  /** Came in on this device: the order itself, or the warehouse's answer. */
  | { readonly hop: "seen"; readonly what: "order" | "answer" }
);

/**
 * The way of one command on an order, from the tap to where it was seen. `waits`: it has not left this device.
 * `origin`: `elsewhere` where what began it is on another thing: goods that came in, an order that was cancelled.
 */
export interface Journey {
  readonly command: string;
  readonly traceId: string;
  readonly types: readonly string[];
  readonly origin: "order" | "elsewhere";
  readonly waits: boolean;
  readonly hops: readonly Hop[];
}

/** Longer than this between the tap and the server, and it was time without a network. */
const offlineMsMin = 120_000;

/**
 * The ways of all commands on one order, the newest first, from their events alone: those of the order's stream, those
 * of its allocation's. Any order of events, any clock: a hop is never before the one that it follows from.
 */
export function journeysOf(events: readonly TravelledEvent[]): readonly Journey[] {
  const taps = byCommand(events.filter(({ stream }) => kindOf(stream) === "order"));
  const answers = byCommand(events.filter(({ stream }) => kindOf(stream) === "allocation"));
  const answered = new Set<string>();
  const own = taps.map((tap) => {
    const ids = new Set(tap.map(({ id }) => id));
    const follow = answers.filter(([first]) => first?.causation !== undefined && ids.has(first.causation));
    for (const [first] of follow) if (first !== undefined) answered.add(first.command);
    return journeyOf(tap, follow);
  });
  const others = answers
    .filter(([first]) => first !== undefined && !answered.has(first.command))
    .map((answer) => journeyOf([], [answer]));
  return [...own, ...others].filter(({ hops }) => hops.length > 0).sort(newestFirst);
}

function journeyOf(tap: readonly TravelledEvent[], answers: readonly (readonly TravelledEvent[])[]): Journey {
  const hops: HopWithout[] = [];
  const [first] = tap;
  if (first !== undefined) hops.push(...tapHops(first));
  for (const [answer] of answers) if (answer !== undefined) hops.push(...answerHops(answer));
  const begin = first ?? answers[0]?.[0];
  return {
    command: begin?.command ?? "",
    traceId: begin?.traceId ?? "",
    types: [...new Set((first === undefined ? answers.flat() : tap).map(({ type }) => type))],
    origin: first === undefined ? "elsewhere" : "order",
    waits: first !== undefined && first.recordedAt === undefined,
    hops: withTimes(hops),
  };
}

type WithoutTime<Each> = Each extends Hop ? Omit<Each, "afterMs"> : never;
type HopWithout = WithoutTime<Hop>;

function tapHops(event: TravelledEvent): HopWithout[] {
  const { happenedAt, recordedAt, arrivedAt, device, actor, own } = event;
  const hops: HopWithout[] = [{ hop: "taken", at: happenedAt, device, actor, own }];
  // It says "Saved" only when it is: the two are moments apart, and the event holds one of them.
  if (own) hops.push({ hop: "saved", at: happenedAt });
  if (recordedAt === undefined) return hops;
  const lateMs = Date.parse(recordedAt) - Date.parse(happenedAt);
  hops.push({ hop: "accepted", at: recordedAt, offlineMs: lateMs > offlineMsMin ? lateMs : 0 });
  if (!own && arrivedAt !== undefined) hops.push({ hop: "seen", at: arrivedAt, what: "order" });
  return hops;
}

function answerHops(event: TravelledEvent): HopWithout[] {
  const answer = answerOf(event);
  if (answer === undefined) return [];
  const hops: HopWithout[] = [{ hop: "answered", at: event.recordedAt ?? event.happenedAt, answer }];
  if (event.arrivedAt !== undefined) hops.push({ hop: "seen", at: event.arrivedAt, what: "answer" });
  return hops;
}

/** What an event of inventory says; undefined where this build cannot read it, or it says nothing of any line. */
function answerOf(event: TravelledEvent): StockAnswer | undefined {
  const lifted = upcast(event);
  if (lifted.outcome !== "known") return undefined;
  const said = lifted.event as AllocationEvent;
  switch (said.type) {
    case "stock-allocated": {
      const { cause, lines } = said.data;
      const wanted = lines.reduce((sum, line) => sum + line.wanted, 0);
      const reserved = lines.reduce((sum, line) => sum + line.reserved, 0);
      return { said: reserved < wanted ? "short" : "reserved", cause, wanted, reserved };
    }
    case "stock-released":
    case "stock-issued": {
      const moved = said.data.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      const word = said.type === "stock-issued" ? "issued" : "released";
      return { said: word, wanted: moved, reserved: moved };
    }
    default:
      return undefined;
  }
}

/**
 * In the order of time; of hops at one moment the earlier one of the way first (the sort is stable). How long each took
 * is never less than nothing: clocks of several machines are behind it.
 */
function withTimes(hops: readonly HopWithout[]): readonly Hop[] {
  const [first, ...rest] = hops;
  const sorted =
    first === undefined ? [] : [first, ...rest.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))];
  return sorted.map((hop, index) => {
    const before = sorted[index - 1];
    const afterMs = before === undefined ? 0 : Math.max(0, Date.parse(hop.at) - Date.parse(before.at));
    return { ...hop, afterMs };
  });
}

function byCommand(events: readonly TravelledEvent[]): readonly (readonly TravelledEvent[])[] {
  const commands = new Map<string, TravelledEvent[]>();
  for (const event of events) {
    const same = commands.get(event.command);
    if (same === undefined) commands.set(event.command, [event]);
    else same.push(event);
  }
  return [...commands.values()];
}

function newestFirst(a: Journey, b: Journey): number {
  return Date.parse(b.hops[0]?.at ?? "") - Date.parse(a.hops[0]?.at ?? "");
}
