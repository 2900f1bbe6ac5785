import {
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import type { Resource } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { limits } from "../../protocol/limits.ts";
import { traceContextOf } from "./traceparent.ts";
import type { Tracing, WorkSpan } from "./tracing.ts";

/** Spans that are sent by OTLP, and what sends the rest of them. */
export interface StartedTracing {
  readonly tracing: Tracing;
  readonly stop: () => Promise<void>;
}

/**
 * Starts to send spans to where the environment says. `failed` hears of every batch that the collector did not take.
 */
export function startTracing(resource: Resource, failed: (error: Error | undefined) => void): StartedTracing {
  const ids = makeIds();
  const provider = new BasicTracerProvider({
    resource,
    idGenerator: ids.generator,
    // A sync links to every command that it carried.
    spanLimits: { linkCountLimit: limits.requestCommands },
    spanProcessors: [new BatchSpanProcessor(noticing(new OTLPTraceExporter(), failed))],
  });
  const tracer = provider.getTracer("docket");
  return {
    tracing: {
      isOn: true,
      begin: () => `00-${ids.random.generateTraceId()}-${ids.random.generateSpanId()}-01`,
      record: (work) => {
        const self = traceContextOf(work.self);
        ids.setNext(self);
        const parent = work.parentId === undefined ? undefined : contextOf(work.self, work.parentId);
        const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
        const span = tracer.startSpan(
          work.name,
          {
            kind: kinds[work.kind],
            attributes: mutable(work.attributes),
            links: (work.links ?? []).map(({ to, attributes }) => ({
              context: contextOf(to),
              attributes: mutable(attributes ?? {}),
            })),
            startTime: work.startMs,
          },
          context,
        );
        if (work.failed !== undefined) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: work.failed });
        }
        // Clocks of two machines, or one that was set back: nothing takes less than no time.
        span.end(Math.max(work.startMs, work.endMs));
      },
    },
    stop: () => provider.shutdown(),
  };
}

const kinds: Readonly<Record<WorkSpan["kind"], SpanKind>> = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

/** Hands the SDK the ids that a span has already. It asks for them while `startSpan` runs, which does not wait. */
function makeIds() {
  const random = new RandomIdGenerator();
  let next: { readonly traceId: string; readonly spanId: string } | undefined;
  const generator: IdGenerator = {
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId(),
  };
  return {
    random,
    generator,
    setNext: (ids: { readonly traceId: string; readonly spanId: string }) => {
      next = ids;
    },
  };
}

function contextOf(traceparent: string, spanId?: string): SpanContext {
  const { traceId, spanId: own, isSampled } = traceContextOf(traceparent);
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId: spanId ?? own, traceFlags, isRemote: true };
}

/** The SDK's types want lists that may be changed; it does not change them. */
function mutable(attributes: WorkSpan["attributes"]): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === "object" ? [...value] : value]),
  );
}

function noticing(exporter: SpanExporter, failed: (error: Error | undefined) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code !== exportSucceeded) failed(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const exportSucceeded = 0;
