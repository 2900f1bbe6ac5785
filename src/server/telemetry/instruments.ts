/** How an instrument is shown: what it says, its unit (UCUM), and where a histogram's buckets end. */
interface Instrument {
  readonly says: string;
  readonly unit: string;
  readonly buckets?: readonly number[];
}

/**
 * Everything that is measured, for OTLP and `/metrics` alike. Labels are few and bounded: a route, a status, a verdict,
 * a problem's code, a kind of stream, a consumer's name. Never an id, so that no series tells of one customer.
 */
export const counters = {
  "docket.pushes": { says: "syncs that carried commands, by outcome", unit: "{request}" },
  "docket.commands": { says: "commands judged, by verdict and code", unit: "{command}" },
  "docket.commands.differing": {
    says: "commands that came again under their id with another body",
    unit: "{command}",
  },
  "docket.events.accepted": { says: "events stored, by kind of stream", unit: "{event}" },
  "docket.rate.limited": { says: "requests turned away for being too many, by route", unit: "{request}" },
  "docket.codes.wrong": { says: "wrong codes that were tried, by kind of code", unit: "{code}" },
  "docket.quota": { says: "how often somebody came near what may be written, or over it", unit: "{push}" },
  "docket.database.retries": { says: "transactions run again, by code", unit: "{transaction}" },
  "docket.database.unavailable": {
    says: "transactions that the database could not do",
    unit: "{transaction}",
  },
  "docket.consumer.events": { says: "events that a consumer has taken", unit: "{event}" },
  "docket.consumer.set.aside": { says: "events that a consumer has set aside", unit: "{event}" },
  "docket.webhook.deliveries": { says: "tries to deliver a webhook, by outcome", unit: "{delivery}" },
  "docket.telemetry.failures": {
    says: "exports that the collector did not take, by signal",
    unit: "{export}",
  },
} as const satisfies Readonly<Record<string, Instrument>>;

export const histograms = {
  "http.server.request.duration": {
    says: "how long requests took",
    unit: "s",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  "docket.pull.events": {
    says: "how many events one answer carried",
    unit: "{event}",
    buckets: [0, 1, 10, 50, 100, 250, 500, 1_000],
  },
  "docket.pull.size": {
    says: "how long one answer was before compression",
    unit: "By",
    buckets: [1_024, 16_384, 65_536, 262_144, 524_288, 1_048_576],
  },
  "docket.command.age": {
    says: "how long after they were given commands were accepted: time without a network",
    unit: "s",
    buckets: [1, 10, 60, 600, 3_600, 14_400, 86_400, 604_800],
  },
} as const satisfies Readonly<Record<string, Instrument>>;

export const gauges = {
  "docket.live.connections": { says: "live streams that are open", unit: "{stream}" },
  "docket.consumer.lag": { says: "events that a consumer has yet to take", unit: "{event}" },
  "docket.consumer.lag.age": {
    says: "how old the oldest event is that a consumer has yet to take",
    unit: "s",
  },
  "docket.consumer.streams.aside": { says: "streams that a consumer has set aside", unit: "{stream}" },
  "docket.webhook.dead": {
    says: "webhook deliveries that were given up and wait for somebody",
    unit: "{delivery}",
  },
} as const satisfies Readonly<Record<string, Instrument>>;

export type CounterName = keyof typeof counters;
export type HistogramName = keyof typeof histograms;
export type GaugeName = keyof typeof gauges;
