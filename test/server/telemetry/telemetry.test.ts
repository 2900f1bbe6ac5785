import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { startTelemetry } from "../../../src/server/telemetry/start-telemetry.ts";
import { noTelemetry, type Telemetry } from "../../../src/server/telemetry/telemetry.ts";
import { type Collector, startCollector } from "../../support/collector.ts";
import {
  customerAdded,
  lineAdded,
  makeHand,
  makeOrderHand,
  newOrder,
  someTime,
} from "../support/commands.ts";
import { startTestServer, startWorkspace, type TestDevice } from "../support/test-server.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const tapSpan = "b7ad6b7169203331";
/** Two hours and ten minutes after `someTime`, when the device has a network again. */
const online = "2026-03-01T11:10:00.000Z";

describe("a server that is told where spans go", () => {
  let collector: Collector;
  let telemetry: Telemetry;
  let server: RunningServer;
  let owner: TestDevice;

  beforeEach(async () => {
    collector = await startCollector();
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test");
    telemetry = await startTelemetry(process.env, { version: "1.2.3", warn: () => {} });
    server = await startTestServer({ telemetry, clock: () => new Date(online) });
    owner = await startWorkspace(server, "Lovelace & Sons");
  });
  afterEach(async () => {
    await server.stop();
    await telemetry.stop();
    await collector.stop();
    vi.unstubAllEnvs();
  });

  /** Sends what is left: the server goes on, its telemetry has ended. */
  const collected = async () => {
    await telemetry.stop();
    return collector.spans();
  };

  test("accepts a command in the trace of its tap, linked to the sync that brought it, hours later", async () => {
    const command = newOrder(1);
    await owner.mustSync({ now: online, commands: [command] });
    const spans = await collected();
    const [sync, accept] = [
      spans.find(({ name }) => name === "sync"),
      spans.find(({ name }) => name === "accept order"),
    ];
    expect(accept).toMatchObject({ traceId, parentSpanId: tapSpan, startMs: Date.parse(online) });
    expect(accept?.links).toMatchObject([{ traceId: sync?.traceId, spanId: sync?.spanId }]);
    expect(accept?.attributes).toMatchObject({
      "docket.command": command.id,
      "docket.verdict": "accepted",
      "docket.offline_ms": (2 * 60 + 10) * 60_000,
      "docket.position": 1,
    });
    expect(sync?.traceId).not.toBe(traceId);
    expect(sync?.links).toMatchObject([{ traceId, spanId: tapSpan }]);
    const tap = spans.find(({ name }) => name === "tap order");
    expect(tap).toMatchObject({ traceId, spanId: tapSpan, startMs: Date.parse(someTime) });
    expect(accept?.resource).toMatchObject({
      "service.name": "docket",
      "service.version": "1.2.3",
      "deployment.environment": "test",
    });
  });

  test("[L4] accepts a command once in its trace, however often it comes", async () => {
    const command = newOrder(1);
    await owner.push(command);
    await owner.push(command);
    const spans = await collected();
    expect(spans.filter(({ name }) => name === "accept order")).toHaveLength(1);
    expect(spans.filter(({ name }) => name === "sync")).toHaveLength(2);
  });

  test("says in a command's trace why it was refused", async () => {
    const hand = makeOrderHand();
    await owner.push(hand.command(1, lineAdded("TEA-1")));
    const refused = (await collected()).find(({ name }) => name === "refuse order");
    expect(refused).toMatchObject({ traceId, parentSpanId: tapSpan, failed: "rule-broken" });
  });

  test("tells nothing of a customer, a product or who asks, whatever it tells", async () => {
    const customer = makeHand("customer/01890000-0000-7000-8000-0000000000cc");
    await owner.push(customer.command(1, customerAdded("Ada Lovelace", "ring twice")));
    await owner.push(makeHand("product/LOVELACE-1").command(2, customerAdded("Lovelace")));
    await owner.ask({ url: "/v1/streams/product/LOVELACE-1" });
    await collected();
    expect(collector.spans().map(({ name }) => name)).toContain("accept customer");
    for (const secret of [owner.token, "SETUP-CODE", "Lovelace", "LOVELACE", "ring twice", "Ada"]) {
      expect(collector.text()).not.toContain(secret);
    }
  });

  test("sends the same figures as /metrics has", async () => {
    await owner.push(newOrder(1));
    const scraped = (await server.app.inject({ url: "/metrics" })).body;
    await collected();
    expect(collector.metrics()).toEqual(expect.arrayContaining(["docket.commands", "docket.pull.events"]));
    for (const name of collector.metrics()) expect(scraped).toContain(name.replaceAll(".", "_"));
  });
});

describe("telemetry", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("is off unless somebody says where it goes: nothing but /metrics is kept", async () => {
    const telemetry = await startTelemetry({}, { version: "1", warn: () => {} });
    expect(telemetry.tracing.isOn).toBe(false);
    expect(await telemetry.scrape?.()).toContain("target_info");
    const disabled = { OTEL_SDK_DISABLED: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
    expect(await startTelemetry(disabled, { version: "1", warn: () => {} })).toBe(noTelemetry);
    await telemetry.stop();
  });

  test("says which setting it does not follow", async () => {
    const said: unknown[] = [];
    const env = { OTEL_TRACES_EXPORTER: "zipkin", OTEL_METRIC_EXPORT_INTERVAL: "soon" };
    const telemetry = await startTelemetry(env, { version: "1", warn: (_, { fault }) => said.push(fault) });
    expect(said).toEqual([
      "OTEL_METRIC_EXPORT_INTERVAL: expected milliseconds, at least 100",
      "OTEL_TRACES_EXPORTER: expected otlp or none",
    ]);
    await telemetry.stop();
  });

  test("[L16] whose collector takes a connection and never answers holds up neither a sync nor the end", async () => {
    const silent = createServer((socket) => void socket.on("error", () => {}));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${port}`);
    vi.stubEnv("OTEL_BSP_MAX_QUEUE_SIZE", "10");
    vi.stubEnv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "5");
    const telemetry = await startTelemetry(process.env, { version: "1", warn: () => {} });
    const server = await startTestServer({ telemetry });
    const owner = await startWorkspace(server);
    for (let seq = 1; seq <= 30; seq += 1) {
      expect(await owner.push(newOrder(seq))).toMatchObject([{ outcome: "accepted" }]);
    }
    await server.stop();
    await telemetry.stop();
    silent.close();
  });

  test("whose collector is away says so once, and counts what got lost", async () => {
    const said: unknown[] = [];
    vi.stubEnv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/v1/traces");
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "5");
    let hear: () => void = () => {};
    const lost = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const warn = (message: string, { signal }: Readonly<Record<string, unknown>>) => {
      said.push([message, signal]);
      hear();
    };
    const telemetry = await startTelemetry(process.env, { version: "1", warn });
    const server = await startTestServer({ telemetry });
    const owner = await startWorkspace(server);
    await owner.push(newOrder(1));
    await lost;
    expect(said).toEqual([["the collector does not take telemetry", "traces"]]);
    expect(await telemetry.scrape?.()).toMatch(/docket_telemetry_failures_total\{.*signal="traces".*\} 1/);
    await server.stop();
    await telemetry.stop();
  });
});
