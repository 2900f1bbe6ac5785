import type { Counter, Histogram, MetricOptions } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { Resource } from "@opentelemetry/resources";
import { type IMetricReader, MeterProvider } from "@opentelemetry/sdk-metrics";
import { counters, gauges, histograms } from "./instruments.ts";
import type { Metrics, Reading } from "./metrics.ts";

/** Metrics that are kept: read at `/metrics`, and sent by OTLP where that is on. */
export interface StartedMetrics {
  readonly metrics: Metrics;
  readonly scrape: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** `sendEveryMs`: undefined where nothing is sent. `failed` hears of every export that the collector did not take. */
export interface MetricsOptions {
  readonly sendEveryMs: number | undefined;
  readonly failed: (error: Error | undefined) => void;
}

/** Makes every instrument of `instruments.ts` once, for all that read them. */
export async function startMetrics(resource: Resource, options: MetricsOptions): Promise<StartedMetrics> {
  const scraper = new PrometheusExporter({ preventServerStart: true });
  const readers: IMetricReader[] = [scraper];
  if (options.sendEveryMs !== undefined) {
    const { makeMetricSender } = await import("./otel-metric-sender.ts");
    readers.push(makeMetricSender(options.sendEveryMs, options.failed));
  }
  const provider = new MeterProvider({ resource, readers });
  const meter = provider.getMeter("docket");
  const counted: ReadonlyMap<string, Counter> = mapOf(counters, (name, options_) =>
    meter.createCounter(name, options_),
  );
  const measured: ReadonlyMap<string, Histogram> = mapOf(histograms, (name, options_) =>
    meter.createHistogram(name, options_),
  );
  const watched = mapOf(gauges, (name, options_) => meter.createObservableGauge(name, options_));
  const serializer = new PrometheusSerializer("", false, undefined, false, true);
  return {
    metrics: {
      count: (name, by = 1, labels = {}) => counted.get(name)?.add(by, labels),
      measure: (name, value, labels = {}) => measured.get(name)?.record(value, labels),
      watch: (name, read) => {
        const gauge = watched.get(name);
        const tell = async (result: { observe: (value: number, labels?: Reading["labels"]) => void }) => {
          for (const { value, labels } of await read()) result.observe(value, labels ?? {});
        };
        gauge?.addCallback(tell);
        return () => gauge?.removeCallback(tell);
      },
    },
    scrape: async () => {
      const { resourceMetrics } = await scraper.collect({ timeoutMillis: readMsMax });
      return serializer.serialize(resourceMetrics);
    },
    stop: () => provider.shutdown(),
  };
}

/** A gauge that takes longer to read is left out. */
const readMsMax = 3_000;

function mapOf<Made>(
  instruments: Readonly<
    Record<string, { readonly says: string; readonly unit: string; readonly buckets?: readonly number[] }>
  >,
  make: (name: string, options: MetricOptions) => Made,
): ReadonlyMap<string, Made> {
  return new Map(
    Object.entries(instruments).map(([name, { says, unit, buckets }]) => [
      name,
      make(name, {
        description: says,
        unit,
        ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
      }),
    ]),
  );
}
