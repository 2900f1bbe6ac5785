import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { startMetrics } from "./otel-metrics.ts";
import { planTelemetry } from "./plan-telemetry.ts";
import { noTelemetry, type Telemetry } from "./telemetry.ts";
import { noTracing } from "./tracing.ts";

/** What the process knows of itself, and where it says that telemetry cannot be sent. */
export interface TelemetryWorld {
  readonly version: string;
  /** Told in words, at most once a minute for each signal: what cannot be sent, or was asked for in vain. */
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/**
 * Starts what the environment asks for: metrics for `/metrics` always (unless `OTEL_SDK_DISABLED`), OTLP where an
 * endpoint or exporter is named. `env` is that of the process, where the SDK reads the rest itself. A collector that is
 * away costs memory up to a queue's limit and a warning, and no request ever waits for it.
 */
export async function startTelemetry(
  env: Readonly<Record<string, string | undefined>>,
  world: TelemetryWorld,
): Promise<Telemetry> {
  const plan = planTelemetry(env);
  for (const fault of plan.faults) world.warn("a setting of telemetry is not followed", { fault });
  if (!plan.scrape) return noTelemetry;
  const resource = defaultResource()
    .merge(
      resourceFromAttributes({
        "service.name": "docket",
        "service.version": world.version,
        "service.instance.id": randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
  const noteFailure = makeFailureNotes(world);
  const metrics = await startMetrics(resource, {
    sendEveryMs: plan.metrics ? plan.metricsEveryMs : undefined,
    failed: (error) => noteFailure("metrics", error),
  });
  // What sends spans is loaded where it is wanted only: it is most of the SDK.
  const traces = plan.traces
    ? (await import("./otel-tracing.ts")).startTracing(resource, (error) => {
        metrics.metrics.count("docket.telemetry.failures", 1, { signal: "traces" });
        noteFailure("traces", error);
      })
    : undefined;
  return {
    tracing: traces?.tracing ?? noTracing,
    metrics: metrics.metrics,
    scrape: metrics.scrape,
    stop: async () => {
      const late = new AbortController();
      await Promise.race([
        Promise.allSettled([traces?.stop(), metrics.stop()]),
        delay(stopMsMax, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
    },
  };
}

/** A server that stops gives a collector so long to take the rest. */
const stopMsMax = 3_000;
const warnEveryMs = 60_000;

/** Says that telemetry cannot be sent, once a minute for each signal: a collector may be away for days. */
function makeFailureNotes({ warn }: TelemetryWorld): (signal: string, error: Error | undefined) => void {
  const last = new Map<string, number>();
  return (signal, error) => {
    const nowMs = Date.now();
    if (nowMs - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < warnEveryMs) return;
    last.set(signal, nowMs);
    warn("the collector does not take telemetry", { signal, fault: error?.name ?? "unknown" });
  };
}
