import { type Metrics, noMetrics } from "./metrics.ts";
import { noTracing, type Tracing } from "./tracing.ts";

/** What the server tells about itself while it runs. Handed down to whoever has something to tell. */
export interface Telemetry {
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  /** All metrics in Prometheus' text format; undefined where none are kept. */
  readonly scrape: (() => Promise<string>) | undefined;
  /** Sends what is left, within seconds, and ends. */
  readonly stop: () => Promise<void>;
}

/** Tells nothing, and costs nothing. */
export const noTelemetry: Telemetry = {
  tracing: noTracing,
  metrics: noMetrics,
  scrape: undefined,
  stop: async () => {},
};
