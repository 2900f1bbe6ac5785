import { expect, test } from "@playwright/test";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { readStreamEvents } from "../../src/device/streams/log.ts";
import type { Hop } from "../../src/device/views/journey.ts";
import { readJourneys } from "../../src/device/views/read-journeys.ts";
import { allocationStream, findStockStream, orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { aHeader, aLine } from "../domain/builders.ts";
import { type CollectedSpan, startCollector } from "../support/collector.ts";
import { aDrivenDevice, type DrivenDevice } from "../support/driven-device.ts";
import { startWorkspaceAt } from "../support/protocol-client.ts";
import { startApart } from "../support/start-apart.ts";

/** An order of five where three are counted, taken on a device that has not begun to sync: as without a network. */
async function takeAnOrder({ device }: DrivenDevice, sku: string): Promise<string> {
  const id = newId();
  const stream = orderStream(id);
  const outcomes = [
    await handleCommand(device(), {
      stream,
      command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
    }),
    await handleCommand(device(), {
      stream,
      command: { type: "add-line", data: aLine(1, { lineId: newId(), sku, quantity: 5 }) },
    }),
    await handleCommand(device(), { stream, command: { type: "place-order", data: {} } }),
  ];
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["saved", "saved", "saved"]);
  return id;
}

test("one trace leads from the tap to the warehouse's answer on another device, in OTLP and in both logs", async () => {
  const collector = await startCollector();
  const apart = await startApart({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_METRIC_EXPORT_INTERVAL: "500",
  });
  const { docket } = apart;
  const devices: DrivenDevice[] = [];
  try {
    const shop = await startWorkspaceAt(docket.url);
    const join = async (role: "rep" | "warehouse") => {
      const device = await aDrivenDevice(docket.url, await shop.invite(role));
      devices.push(device);
      return device;
    };
    const [van, office, warehouse] = [await join("rep"), await join("rep"), await join("warehouse")];
    await warehouse.start();
    const counted = await handleCommand(warehouse.device(), {
      stream: findStockStream("TEA-1") ?? "stock/none",
      command: { type: "count-stock", data: { sku: "TEA-1", quantity: 3 } },
    });
    expect(counted.outcome).toBe("saved");
    await warehouse.ringUntilSent();

    const order = await takeAnOrder(van, "TEA-1");
    const taken = await van.device().db.outbox.orderBy("seq").last();
    const traceId = taken?.traceparent.split("-")[1] ?? "";
    await van.start();
    await van.ringUntilSent();

    const inTrace = (name: string) => (span: CollectedSpan) => span.traceId === traceId && span.name === name;
    const [tap, accept, reserve] = [
      await collector.span(inTrace("tap order")),
      await collector.span(inTrace("accept order")),
      await collector.span(inTrace("inventory reserve")),
    ];
    expect(tap.parentSpanId).toBeUndefined();
    expect(accept.parentSpanId).toBe(tap.spanId);
    expect(accept.attributes).toMatchObject({ "docket.command": taken?.id, "docket.verdict": "accepted" });
    expect(reserve.parentSpanId).toBe(tap.spanId);
    expect(reserve.links).toMatchObject([{ traceId, spanId: accept.spanId }]);
    // The request that carried it has a trace of its own: the two are linked, and not nested.
    const [linked] = accept.links;
    const request = await collector.span(({ spanId }) => spanId === linked?.spanId);
    expect(request.name).toBe("sync");
    expect(request.traceId).not.toBe(traceId);
    expect(request.links.map((link) => link.traceId)).toContain(traceId);

    await office.start();
    while ((await readJourneys(office.device().db, order)).every(({ hops }) => !hops.some(isAnswer))) {
      await office.ring();
    }
    const streams = [orderStream(order), allocationStream(order)];
    const log = await readStreamEvents(office.device().db, streams);
    const [placed, answer] = streams.map((stream) => log.get(stream)?.at(-1));
    expect([placed?.type, answer?.type]).toEqual(["order-placed", "stock-allocated"]);
    expect(placed?.traceparent).toBe(`00-${traceId}-${tap.spanId}-01`);
    expect(answer?.traceparent).toBe(`00-${traceId}-${reserve.spanId}-01`);
    expect(answer?.causation).toBe(placed?.id);

    // The journey on the second device has the same hops at the same times as the spans.
    const journey = (await readJourneys(office.device().db, order)).find((one) => one.traceId === traceId);
    expect(journey?.hops.map(({ hop }) => hop).toSorted()).toEqual(
      ["taken", "accepted", "answered", "seen", "seen"].toSorted(),
    );
    const at = (name: Hop["hop"]) => Date.parse(journey?.hops.find(({ hop }) => hop === name)?.at ?? "");
    expect(at("taken")).toBe(tap.startMs);
    expect(at("accepted")).toBe(accept.startMs);
    expect(at("answered")).toBeGreaterThanOrEqual(reserve.startMs);
    expect(at("answered")).toBeLessThanOrEqual(reserve.endMs);
    expect(journey?.hops.find(isAnswer)).toMatchObject({
      answer: { said: "short", wanted: 5, reserved: 3 },
    });
    for (const text of [shop.token, "Van", "Shop", "TEA-1"])
      expect(collector.text()).not.toContain(`"${text}"`);

    await apart.stop();
    expect(collector.metrics()).toEqual(
      expect.arrayContaining(["docket.commands", "docket.consumer.lag", "http.server.request.duration"]),
    );
  } finally {
    for (const device of devices) device.stop();
    await apart.stop();
    await collector.stop();
  }
});

function isAnswer({ hop }: Hop): boolean {
  return hop === "answered";
}
