import { expect, test } from "vitest";
import { supportFile } from "../../../src/device/files/support-file.ts";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { customerStream, findProductStream, orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine, anAddress, uuid } from "../../domain/builders.ts";
import { parseSupportFile, replay, type SupportLog } from "../../programs/replay/replay.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { mustBeSaved, run } from "../support/a-device.ts";

const facts = { app: "0.1.0", browser: "a browser" };
const supportOf = async (device: Device) => parseSupportFile(await supportFile(device, facts));

/** As they are in people's lists. */
const personal = {
  name: "Zaanse Snoepfabriek",
  contactName: "Dirk Luchte",
  phone: "(12345) 1212",
  email: "dirk@snoep.example",
  street: "Verkoop Rijnweg 22",
  city: "Zaandam",
  postalCode: "9999 ZZ",
  country: "Netherlands",
  note: "Ring twice, ask for Dirk",
  reference: "PO Luchte 7",
};

/** A shop with people's data in everything, some of it sent, some waiting, one thing parked. */
async function aShop() {
  const { owner, join } = await aFleet();
  const rep = await join("rep", "Dirk's phone");
  const { name, contactName, phone, email, note, reference, ...place } = personal;
  const address = anAddress({ name, ...place });
  const id = newId();
  const stream = orderStream(id);
  const customer = { id: uuid(5), code: "ZAANS", name };
  const save = async (device: Device, on: string, command: KnownCommand) =>
    mustBeSaved(await handleCommand(device, { stream: on as `${string}/${string}`, command }));
  await save(owner.device, customerStream(uuid(5)), {
    type: "import-customer",
    data: { fields: { code: "ZAANS", company: name, contactName, email, phone, note, address } },
  });
  await save(owner.device, findProductStream("NW-047") ?? "", {
    type: "import-product",
    data: { sku: "NW-047", fields: { name: "Zaanse koeken", priceMinor: 950 } },
  });
  await owner.sync();
  await rep.sync();
  await save(rep.device, stream, {
    type: "start-order",
    data: {
      ...aHeader({ shipTo: address, customer, note, reference }),
      number: `${rep.device.identity().code}-1`,
    },
  });
  const lineId = newId();
  await save(rep.device, stream, {
    type: "add-line",
    data: aLine(1, { lineId, note, name: "Zaanse koeken" }),
  });
  await save(rep.device, stream, { type: "place-order", data: {} });
  await rep.sync();
  await owner.sync();
  // The same note, changed on both: the later one parks.
  await run(owner.device, stream, { type: "set-line-note", data: { lineId, from: note, to: `${note}!` } });
  await owner.sync();
  await run(rep.device, stream, { type: "set-line-note", data: { lineId, from: note, to: `${note}?` } });
  await rep.sync();
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 2, to: 6 } });
  return { owner, rep, stream, lineId };
}

test("a support file can be played again: the same versions, the same status, and the outbox as it was", async () => {
  const { owner, rep, stream } = await aShop();
  for (const { device } of [owner, rep]) {
    const report = replay(await supportOf(device));
    expect(report.violations).toEqual([]);
    for (const { key, confirmed, pending } of report.streams) {
      const row = await device.db.streams.get(key);
      expect([key, confirmed.version, confirmed.status]).toEqual([
        key,
        row?.confirmed.version,
        row?.confirmed.state.status,
      ]);
      expect(pending?.version).toBe(row?.pending?.version);
    }
    expect(report.streams.map(({ key }) => key)).toContain(stream);
  }
  const [order] = replay(await supportOf(rep.device)).streams;
  expect(order).toMatchObject({ key: stream, confirmed: { status: "placed" } });
  expect(order?.waiting.map(({ type, state }) => [type, state])).toEqual([
    ["set-line-note", "parked"],
    ["set-quantity", "held"],
  ]);
});

test("nobody's name, address, telephone or note is in it", async () => {
  const { owner, rep } = await aShop();
  for (const { device } of [owner, rep]) {
    const text = await supportFile(device, facts);
    for (const secret of [...Object.values(personal), "Luchte", "Rijnweg", "Zaan", "Dirk", "koeken"])
      expect(text).not.toContain(secret);
    expect(text).toContain("NW-047");
  }
});

test("a device that began with states can be played again as well, without anybody's names", async () => {
  const { owner, join, server } = await aFleet({ statesFrom: 3 });
  const stream = orderStream(newId());
  const { name, note, reference } = personal;
  const customer = { id: uuid(5), code: "ZAANS", name };
  await run(owner.device, stream, {
    type: "start-order",
    data: { ...aHeader({ customer, note, reference, shipTo: anAddress({ name }) }), number: "D1-1" },
  });
  const lineId = newId();
  await run(owner.device, stream, { type: "add-line", data: aLine(1, { lineId, note }) });
  await run(owner.device, stream, { type: "place-order", data: {} });
  await owner.sync();
  await server.followStates();
  const rep = await join("rep");
  await rep.sync();
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 2, to: 3 } });
  const file = await supportOf(rep.device);
  expect(file.replay.streams.some(({ base }) => base !== undefined)).toBe(true);
  expect(replay(file).violations).toEqual([]);
  for (const secret of [name, note, reference]) expect(JSON.stringify(file)).not.toContain(secret);
});

test("a replay says what does not agree: a missing event, a rule that was broken, another version", async () => {
  const { rep, stream } = await aShop();
  const file = await supportOf(rep.device);
  const altered = (events: SupportLog["replay"]["events"]) =>
    replay({ ...file, replay: { ...file.replay, events } }).violations.join("\n");
  const { events } = file.replay;
  const isLine = ({ type, stream: on }: { type: string; stream: string }) =>
    on === stream && type === "line-added";
  expect(altered(events.filter((event) => !isLine(event)))).toMatch(/has version 3, expected 2/);
  const placed = events.find(({ type }) => type === "order-placed");
  const shipped = { type: "order-shipped", schemaVersion: 1, data: { shippedOn: "2026-01-05" } };
  const early = events.map((event) => (isLine(event) ? { ...event, ...shipped } : event));
  expect(placed).toBeDefined();
  expect(altered(early)).toMatch(/is against a rule/);
  expect(altered(events.filter(({ stream: on }) => on !== stream))).toMatch(
    /the device has version 4, placed.*the replay version 0/,
  );
});

test("a file that is no support file, or has no events, says so", () => {
  expect(() => parseSupportFile("{}")).toThrow("expected a support file");
  expect(() => parseSupportFile('{"docket":"support"}')).toThrow("put no events into it");
  const broken = '{"docket":"support","replay":{"unreadable":"no answer in time"},"outbox":{}}';
  expect(() => parseSupportFile(broken)).toThrow("could not read its replay: no answer in time");
});
