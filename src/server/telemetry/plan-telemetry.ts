/**
 * What of telemetry is on, by OpenTelemetry's environment variables. `scrape`: whether `/metrics` has something to say.
 */
export interface TelemetryPlan {
  readonly traces: boolean;
  readonly metrics: boolean;
  readonly scrape: boolean;
  /** How often metrics are sent, in milliseconds. */
  readonly metricsEveryMs: number;
  /** What was asked for and cannot be done, in words for whoever runs the server. */
  readonly faults: readonly string[];
}

/**
 * Reads which signals are sent. Nothing is sent unless an endpoint or an exporter is named. Everything else of the
 * standard (endpoints, headers, timeouts, compression, sampler, batching, resource attributes) the SDK reads itself.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function planTelemetry(env: Readonly<Record<string, string | undefined>>): TelemetryPlan {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === "true") return off;
  const faults: string[] = [];
  const isSent = (signal: "TRACES" | "METRICS"): boolean => {
    const name = `OTEL_${signal}_EXPORTER`;
    const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
    const wanted = (env[name] || (endpoint ? "otlp" : "none")).split(",").map((word) => word.trim());
    const unknown = wanted.filter((word) => !["otlp", "none", "prometheus"].includes(word));
    if (unknown.length > 0) faults.push(`${name}: expected otlp or none`);
    const protocol = env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL;
    const isOtlp = wanted.includes("otlp");
    if (isOtlp && protocol && protocol !== "http/json") {
      faults.push(
        "OTEL_EXPORTER_OTLP_PROTOCOL: only http/json is spoken, which collectors take on port 4318",
      );
    }
    return isOtlp;
  };
  const everyMs = Number(env.OTEL_METRIC_EXPORT_INTERVAL || 60_000);
  const isInterval = Number.isSafeInteger(everyMs) && everyMs >= 100;
  if (!isInterval) faults.push("OTEL_METRIC_EXPORT_INTERVAL: expected milliseconds, at least 100");
  return {
    traces: isSent("TRACES"),
    metrics: isSent("METRICS"),
    scrape: true,
    metricsEveryMs: isInterval ? everyMs : 60_000,
    faults,
  };
}

const off: TelemetryPlan = {
  traces: false,
  metrics: false,
  scrape: false,
  metricsEveryMs: 60_000,
  faults: [],
};
