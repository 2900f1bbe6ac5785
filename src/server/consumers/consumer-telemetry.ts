import { kindOf } from "../../domain/stream-key.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { Store, WorkspaceTx } from "../store/store.ts";
import type { Reading } from "../telemetry/metrics.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { traceReaction } from "../telemetry/trace-reaction.ts";
import type { WrittenEvent } from "./react.ts";

/** What the consumers of a process tell while they work. */
export interface ConsumerTelemetry {
  /** A page was taken, and its transaction has committed. `startMs` is when it began. */
  readonly onPage: (page: TakenPage) => void;
  readonly stop: () => void;
}

export interface TakenPage {
  readonly consumer: string;
  readonly taken: number;
  readonly aside: number;
  readonly wrote: readonly WrittenEvent[];
  readonly startMs: number;
  readonly endMs: number;
}

/** More than this of one page are not traced: a list that was imported is one piece of work. */
const tracedMax = 500;
const workspacesMax = 500;
const cachedMs = 10_000;

/** Tells of consumers: each event that they write as a span, and how far they are behind when somebody asks. */
export function tellConsumers(
  store: Store,
  names: readonly string[],
  { tracing, metrics }: Telemetry,
  clock: () => Date,
): ConsumerTelemetry {
  const lags = makeLagReader(store, names, clock);
  const readings = (value: (lag: Lag) => number) => async (): Promise<readonly Reading[]> =>
    [...(await lags()).byConsumer].map(([consumer, lag]) => ({ value: value(lag), labels: { consumer } }));
  const unwatch = [
    metrics.watch(
      "docket.consumer.lag",
      readings(({ events }) => events),
    ),
    metrics.watch(
      "docket.consumer.lag.age",
      readings(({ ageMs }) => ageMs / 1_000),
    ),
    metrics.watch(
      "docket.consumer.streams.aside",
      readings(({ streamsAside }) => streamsAside),
    ),
    metrics.watch("docket.webhook.dead", async () => [{ value: (await lags()).deadDeliveries }]),
  ];
  return {
    onPage: ({ consumer, taken, aside, wrote, startMs, endMs }) => {
      metrics.count("docket.consumer.events", taken, { consumer });
      if (aside > 0) metrics.count("docket.consumer.set.aside", aside, { consumer });
      if (!tracing.isOn) return;
      for (const { event, cause } of wrote.slice(0, tracedMax)) {
        traceReaction(tracing, { ...spanOf(consumer, event), event, source: cause, startMs, endMs });
      }
    },
    stop: () => {
      for (const stop of unwatch) stop();
    },
  };
}

/** The name of a reaction's span by what it wrote, and the order that it is about. */
function spanOf(consumer: string, { type, stream }: EventRow) {
  const kind = kindOf(stream);
  const about =
    kind === "allocation" ? { "docket.stream.id": stream.slice(stream.indexOf("/") + 1) } : undefined;
  return {
    name: `${consumer} ${verbs[type] ?? "write"}`,
    consumer,
    attributes: { "docket.stream.kind": kind, ...about },
  };
}

const verbs: Readonly<Record<string, string>> = {
  "stock-allocated": "reserve",
  "stock-released": "release",
  "stock-issued": "issue",
  "stock-level-changed": "level",
};

interface Lag {
  readonly events: number;
  readonly ageMs: number;
  readonly streamsAside: number;
}

interface Lags {
  readonly byConsumer: ReadonlyMap<string, Lag>;
  /** Deliveries that were given up and wait for somebody. */
  readonly deadDeliveries: number;
}

/**
 * Reads how far all consumers are behind, together over the first workspaces; several who ask at once share one answer.
 */
function makeLagReader(store: Store, names: readonly string[], clock: () => Date): () => Promise<Lags> {
  let cached: { readonly atMs: number; readonly lags: Promise<Lags> } | undefined;
  return () => {
    const nowMs = clock().getTime();
    if (cached === undefined || nowMs - cached.atMs > cachedMs) {
      cached = { atMs: nowMs, lags: readLags(store, names, nowMs) };
      // A failed answer is not kept: whoever asks next asks again.
      cached.lags.catch(() => {
        cached = undefined;
      });
    }
    return cached.lags;
  };
}

async function readLags(store: Store, names: readonly string[], nowMs: number): Promise<Lags> {
  const lags = new Map<string, Lag>(names.map((name) => [name, { events: 0, ageMs: 0, streamsAside: 0 }]));
  let deadDeliveries = 0;
  for (const workspace of await store.listWorkspaces(null, workspacesMax)) {
    const own = await store.inWorkspace(workspace, async (tx) => ({
      lags: await lagsIn(tx, names, nowMs),
      counts: await tx.countDeliveries(),
    }));
    deadDeliveries += own.counts.reduce((sum, { dead }) => sum + dead, 0);
    for (const [name, lag] of own.lags) {
      const sum = lags.get(name);
      lags.set(name, {
        events: (sum?.events ?? 0) + lag.events,
        ageMs: Math.max(sum?.ageMs ?? 0, lag.ageMs),
        streamsAside: (sum?.streamsAside ?? 0) + lag.streamsAside,
      });
    }
  }
  return { byConsumer: lags, deadDeliveries };
}

async function lagsIn(
  tx: WorkspaceTx,
  names: readonly string[],
  nowMs: number,
): Promise<readonly (readonly [string, Lag])[]> {
  const [head, checkpoints] = await Promise.all([tx.readHead(), tx.readConsumers()]);
  const lags: (readonly [string, Lag])[] = [];
  for (const name of names) {
    const position = checkpoints.find(({ consumer }) => consumer === name)?.position ?? 0;
    const events = Math.max(0, head.position - position);
    const [next] = events > 0 ? await tx.readEventsAt([position + 1]) : [];
    const ageMs = next === undefined ? 0 : Math.max(0, nowMs - Date.parse(next.recordedAt));
    const asides = await tx.findSetAside(name, asideMax);
    lags.push([name, { events, ageMs, streamsAside: new Set(asides.map(({ stream }) => stream)).size }]);
  }
  return lags;
}

/** The streams of so many events are counted, and no more. */
const asideMax = 10_000;
