import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import {
  type IMetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";

/** What sends the metrics every so often. Loaded where it is wanted only. `failed` hears of what was not taken. */
export function makeMetricSender(everyMs: number, failed: (error: Error | undefined) => void): IMetricReader {
  const exporter = new OTLPMetricExporter();
  const noticing: PushMetricExporter = {
    export: (metrics, done) =>
      exporter.export(metrics, (result) => {
        if (result.code !== exportSucceeded) failed(result.error);
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    selectAggregationTemporality: (type) => exporter.selectAggregationTemporality(type),
    selectAggregation: (type) => exporter.selectAggregation(type),
  };
  const timeoutMs = Math.min(everyMs, 10_000);
  return new PeriodicExportingMetricReader({
    exporter: noticing,
    exportIntervalMillis: everyMs,
    exportTimeoutMillis: timeoutMs,
  });
}

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const exportSucceeded = 0;
