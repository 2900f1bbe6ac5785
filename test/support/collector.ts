import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** A span as it was in a request of OTLP over HTTP in JSON, its attributes as a plain object. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector of OTLP over HTTP in JSON, in the test itself. */
export interface Collector {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is set to. */
  readonly url: string;
  readonly spans: () => readonly CollectedSpan[];
  /** Resolves with the first span that fits, once it has come in. */
  readonly span: (fits: (span: CollectedSpan) => boolean) => Promise<CollectedSpan>;
  /** The names of all metrics that have come in. */
  readonly metrics: () => readonly string[];
  /** All that has come in, as text: for what must not be in it. */
  readonly text: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const metrics: string[] = [];
  const texts: string[] = [];
  let heard: (() => void)[] = [];
  const server = createServer((request, response) => {
    readBody(request).then((text) => {
      texts.push(text);
      const body = JSON.parse(text) as OtlpBody;
      for (const of of body.resourceSpans ?? []) spans.push(...spansOf(of));
      for (const of of body.resourceMetrics ?? []) {
        metrics.push(...of.scopeMetrics.flatMap((scope) => scope.metrics.map(({ name }) => name)));
      }
      response.setHeader("content-type", "application/json").end("{}");
      const told = heard;
      heard = [];
      for (const tell of told) tell();
    }, response.destroy);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    span: async (fits) => {
      for (;;) {
        const found = spans.find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => void heard.push(resolve));
      }
    },
    metrics: () => metrics,
    text: () => texts.join("\n"),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface OtlpBody {
  readonly resourceSpans?: readonly ResourceSpans[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

interface ResourceSpans {
  readonly resource: { readonly attributes: readonly OtlpAttribute[] };
  readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes?: readonly OtlpAttribute[];
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

function spansOf({ resource, scopeSpans }: ResourceSpans): CollectedSpan[] {
  return scopeSpans.flatMap(({ spans }) =>
    spans.map((span) => ({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      name: span.name,
      startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
      endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
      failed: span.status?.code === 2 ? (span.status.message ?? "") : undefined,
      attributes: plain(span.attributes),
      links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
        traceId,
        spanId,
        attributes: plain(attributes ?? []),
      })),
      resource: plain(resource.attributes),
    })),
  );
}

function plain(attributes: readonly OtlpAttribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
}
