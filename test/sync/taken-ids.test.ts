import { describe, expect, test } from "vitest";
import { exportBackup } from "../../src/device/files/export-backup.ts";
import { bringIn, checkBackup } from "../../src/device/files/import-backup.ts";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { listNotTakenBack } from "../../src/device/outbox/not-taken-back.ts";
import { discardCommand, sendAgain, undoDiscard } from "../../src/device/outbox/resolve.ts";
import { groupBy } from "../../src/device/storage/group-by.ts";
import { mustMeta } from "../../src/device/storage/meta.ts";
import { findHolder } from "../../src/device/streams/id-holder.ts";
import { readStreamEvents } from "../../src/device/streams/log.ts";
import { inTurn } from "../../src/device/streams/rebase.ts";
import { findOrder, listOutbox } from "../../src/device/views/queries.ts";
import type { KnownCommand } from "../../src/domain/kinds.ts";
import { customerStream, orderStream, type StreamKey } from "../../src/domain/stream-key.ts";
import { commandSchemas } from "../../src/protocol/command-schemas.ts";
import { eventIdOf, importedId, newId } from "../../src/protocol/ids.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import { problem } from "../../src/protocol/problem.ts";
import type { SyncRequest } from "../../src/protocol/sync-messages.ts";
import type { ExchangePorts } from "../../src/sync/engine/exchange.ts";
import { addLine, mustBeSaved, run, someSettings, startOrder } from "../device/support/a-device.ts";
import { aHeader, aLine, uuid } from "../domain/builders.ts";
import { aFleet, type Member, type TestServer } from "./support/a-fleet.ts";

const product = {
  ...{ name: "Tea", category: "", unit: "box", priceMinor: 500, taxPpm: 0, barcodes: [] },
  ...{ minQuantity: 1, stepQuantity: 1, reorderLevel: 0, archived: false },
};
const address = { name: "", street: "", city: "", region: "", postalCode: "", country: "" };
const customer = {
  ...{ code: "HARB", company: "Harbour Café", contactName: "", contactTitle: "", email: "", phone: "" },
  ...{ note: "", address, shipTo: null, archived: false },
};

/** A business with two owners' devices and a rep's, and one of everything, known to all. */
async function aShop() {
  const fleet = await aFleet();
  const { owner, join } = fleet;
  const [office, rep] = [await join("owner", "Office"), await join("rep", "Rep")];
  const draft = await startOrder(owner.device);
  const lineId = await addLine(owner.device, draft.stream);
  const placed = await startOrder(owner.device);
  const placedLine = await addLine(owner.device, placed.stream);
  await run(owner.device, placed.stream, { type: "place-order", data: {} });
  const known = customerStream(newId());
  await run(owner.device, known, { type: "add-customer", data: customer });
  await run(owner.device, "product/OIL", { type: "add-product", data: { ...product, sku: "OIL" } });
  await run(owner.device, "stock/OIL", { type: "receive-stock", data: { sku: "OIL", quantity: 3 } });
  for (const { sync } of [owner, office, rep]) await sync();
  return { ...fleet, office, rep, draft, lineId, placed, placedLine, known };
}

type Shop = Awaited<ReturnType<typeof aShop>>;
interface Wish {
  readonly stream: StreamKey;
  readonly command: KnownCommand;
}

const order = (): StreamKey => orderStream(newId());
const importOrder = {
  ...{ ...aHeader(), externalRef: "10248", shippedOn: null },
  lines: [aLine(9)],
};

/** A wish for every kind of command. */
const wishes: Readonly<Record<string, (shop: Shop) => Wish>> = {
  "start-order": () => ({
    stream: order(),
    command: { type: "start-order", data: { ...aHeader(), number: "QQ-1" } },
  }),
  "add-line": ({ draft }) => ({ ...draft, command: { type: "add-line", data: aLine(5) } }),
  "add-quantity": ({ draft, lineId }) => ({
    ...draft,
    command: { type: "add-quantity", data: { lineId, by: 3 } },
  }),
  "set-quantity": ({ draft, lineId }) => ({
    ...draft,
    command: { type: "set-quantity", data: { lineId, from: 2, to: 7 } },
  }),
  "set-line-discount": ({ draft, lineId }) => ({
    ...draft,
    command: { type: "set-line-discount", data: { lineId, from: 0, to: 500 } },
  }),
  "set-line-note": ({ draft, lineId }) => ({
    ...draft,
    command: { type: "set-line-note", data: { lineId, from: "", to: "cold" } },
  }),
  "remove-line": ({ draft, lineId }) => ({ ...draft, command: { type: "remove-line", data: { lineId } } }),
  "substitute-line": ({ draft, lineId }) => ({
    ...draft,
    command: { type: "substitute-line", data: { lineId, line: aLine(6) } },
  }),
  "back-order-line": ({ placed, placedLine }) => ({
    ...placed,
    command: { type: "back-order-line", data: { lineId: placedLine, quantity: 1 } },
  }),
  "change-order-details": ({ draft }) => ({
    ...draft,
    command: { type: "change-order-details", data: { changes: { note: { from: "", to: "by hand" } } } },
  }),
  "place-order": ({ draft }) => ({ ...draft, command: { type: "place-order", data: {} } }),
  "ship-order": ({ placed }) => ({
    ...placed,
    command: { type: "ship-order", data: { shippedOn: "2026-01-06" } },
  }),
  "cancel-order": ({ placed }) => ({
    ...placed,
    command: { type: "cancel-order", data: { note: "closed" } },
  }),
  "renumber-order": ({ draft }) => ({
    ...draft,
    command: { type: "renumber-order", data: { from: draft.number, to: "QQ-2" } },
  }),
  "import-order": () => ({ stream: order(), command: { type: "import-order", data: importOrder } }),
  "add-customer": () => ({
    stream: customerStream(newId()),
    command: { type: "add-customer", data: customer },
  }),
  "change-customer": ({ known }) => ({
    stream: known,
    command: { type: "change-customer", data: { changes: { phone: { from: "", to: "091" } } } },
  }),
  "import-customer": ({ known }) => ({
    stream: known,
    command: { type: "import-customer", data: { fields: { code: "HARB", company: "Harbour Café Ltd" } } },
  }),
  "add-product": () => ({
    stream: "product/TEA-01",
    command: { type: "add-product", data: { ...product, sku: "TEA-01" } },
  }),
  "change-product": () => ({
    stream: "product/OIL",
    command: { type: "change-product", data: { changes: { priceMinor: { from: 500, to: 550 } } } },
  }),
  "import-product": () => ({
    stream: "product/OIL",
    command: { type: "import-product", data: { sku: "OIL", fields: { name: "Olive oil", priceMinor: 500 } } },
  }),
  "open-stock": () => ({
    stream: "stock/TEA-01",
    command: { type: "open-stock", data: { sku: "TEA-01", quantity: 5 } },
  }),
  "count-stock": () => ({
    stream: "stock/OIL",
    command: { type: "count-stock", data: { sku: "OIL", quantity: 4 } },
  }),
  "receive-stock": () => ({
    stream: "stock/OIL",
    command: { type: "receive-stock", data: { sku: "OIL", quantity: 48 } },
  }),
  "change-settings": () => ({
    stream: `workspace/${uuid(1)}`,
    command: {
      type: "change-settings",
      data: { changes: { locale: { from: someSettings.locale, to: "en-GB" } } },
    },
  }),
};

/** What somebody else may have spent the id on before. */
const uses: Readonly<Record<string, (shop: Shop, wish: Wish) => { by: Member } & Wish>> = {
  "another stream": ({ rep }) => ({
    by: rep,
    stream: order(),
    command: { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } },
  }),
  "another body": ({ office }, { stream, command }) => ({
    by: office,
    stream,
    command: otherwise(stream, command),
  }),
  "what its role forbids": ({ rep }) => ({
    by: rep,
    stream: "product/ZZ",
    command: { type: "add-product", data: { ...product, sku: "ZZ" } },
  }),
};

/** Something else that may be wished where a command stands. */
function otherwise(stream: StreamKey, command: KnownCommand): KnownCommand {
  switch (command.type) {
    case "start-order":
    case "import-order":
      return { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } };
    case "add-customer":
      return { type: "add-customer", data: { ...customer, company: "Somebody else" } };
    case "add-product":
      return { type: "add-product", data: { ...product, sku: "TEA-01", name: "Another tea" } };
    default:
  }
  if (stream.startsWith("order/"))
    return { type: "change-order-details", data: { changes: { reference: { from: "", to: "theirs" } } } };
  if (stream.startsWith("customer/"))
    return { type: "change-customer", data: { changes: { note: { from: "", to: "theirs" } } } };
  if (stream.startsWith("product/"))
    return { type: "change-product", data: { changes: { category: { from: "", to: "theirs" } } } };
  if (stream.startsWith("stock/")) {
    const sku = stream.slice("stock/".length);
    return { type: "count-stock", data: { sku, quantity: 7 } };
  }
  return { type: "change-settings", data: { changes: { timeZone: { from: "Europe/Dublin", to: "UTC" } } } };
}

/** Every event of a device's log. */
async function logOf({ device }: Member): Promise<readonly LogEvent[]> {
  const streams = (await device.db.streams.toArray()).map(({ key }) => key);
  return [...(await readStreamEvents(device.db, streams)).values()].flat();
}

const typesOf: readonly string[] = Object.values(commandSchemas).flatMap((kind) => Object.keys(kind));

describe("an id that another device has used first", () => {
  test("is tried for every kind of command", () => {
    // A workspace is set up once, by its first device: the server's test of the same has it.
    expect(Object.keys(wishes).toSorted()).toEqual(
      typesOf.filter((type) => type !== "set-up-workspace").toSorted(),
    );
  });

  describe.each(Object.keys(wishes))("%s", (type) => {
    test.each(Object.keys(uses))(
      "[L4] [L6] for %s: the command is in the log or waits to be seen",
      async (use) => {
        const shop = await aShop();
        const { owner } = shop;
        const wish = wishes[type]?.(shop) ?? { stream: order(), command: { type: "place-order", data: {} } };
        const other = uses[use]?.(shop, wish);
        if (other === undefined) throw new Error();
        const id = newId();
        const before = new Set((await logOf(owner)).map(({ command }) => command));
        mustBeSaved(await handleCommand(owner.device, { id, stream: wish.stream, command: wish.command }));
        mustBeSaved(
          await handleCommand(other.by.device, { id, stream: other.stream, command: other.command }),
        );
        await other.by.sync();
        await owner.sync();

        const mine = (await logOf(owner)).filter(
          ({ command, device }) => !before.has(command) && device === owner.device.identity().deviceId,
        );
        const waiting = await listOutbox(owner.device.db);
        expect(await checkLedger(owner.device.db)).toMatchObject({ balanced: true });
        // Stock that is open already needs no opening: that wish is fulfilled.
        const isFulfilled = type === "open-stock" && use === "another body";
        const { settled } = await mustMeta(owner.device.db, "ledger");
        expect(settled).toBe(isFulfilled ? 1 : 0);
        // Each is confirmed by what stands in the log of it, or it is shown.
        expect(new Set(mine.map(({ command }) => command)).size + waiting.length).toBe(isFulfilled ? 0 : 1);
        for (const row of waiting) expect(row).toMatchObject({ state: "parked", command: wish.command });
        if (use !== "another body") expect(mine.every(({ stream }) => stream === wish.stream)).toBe(true);
        if (use === "what its role forbids") expect(mine[0]?.command).toBe(id);
        if (use === "another stream") {
          expect(mine[0]?.command).not.toBe(id);
          expect(mine[0]?.id).toBe(eventIdOf(mine[0]?.command ?? "", 0));
        }
      },
    );
  });
});

/** Goods that came in, as a delivery note names them. */
function received(quantity: number): Parameters<typeof handleCommand>[1] {
  const id = importedId("command", "stockReceipts/DN-4711/OIL");
  return { id, stream: "stock/OIL", command: { type: "receive-stock", data: { sku: "OIL", quantity } } };
}

/** What came in of the oil, by what a device has read. */
async function receipts(member: Member): Promise<readonly unknown[]> {
  const events = (await readStreamEvents(member.device.db, ["stock/OIL"])).get("stock/OIL") ?? [];
  return events.map(({ data }) => (data as { readonly quantity: number }).quantity);
}

describe("an imported row, whose id derives from what it is called", () => {
  test("[L4] that two devices import alike goes in once, and nothing waits", async () => {
    const { owner, office } = await aShop();
    for (const { device } of [owner, office]) mustBeSaved(await handleCommand(device, received(48)));
    for (const { sync } of [owner, office, owner]) await sync();
    expect(await receipts(owner)).toEqual([3, 48]);
    for (const { device } of [owner, office]) {
      expect(await listOutbox(device.db)).toEqual([]);
      expect((await checkLedger(device.db)).balanced).toBe(true);
    }
  });

  test("[L6] that two devices import otherwise is not booked twice: the second waits for a person", async () => {
    const { owner, office } = await aShop();
    mustBeSaved(await handleCommand(office.device, received(48)));
    mustBeSaved(await handleCommand(owner.device, received(50)));
    for (const { sync } of [office, owner, owner]) await sync();
    expect(await receipts(owner)).toEqual([3, 48]);
    const [parked] = await listOutbox(owner.device.db);
    const taken = { device: office.device.identity().deviceId, stream: "stock/OIL" };
    expect(parked).toMatchObject({
      state: "parked",
      parked: { why: "refused", problem: { code: "id-taken", taken } },
    });
    expect(parked && (await findHolder(owner.device.db, parked))).toMatchObject({
      own: false,
      event: { actor: "Office", data: { quantity: 48 } },
    });
    // Theirs stays, or both go in: a person says so.
    await discardCommand(owner.device, parked?.seq ?? 0);
    await owner.sync();
    expect(await receipts(owner)).toEqual([3, 48]);
    await undoDiscard(owner.device, parked?.seq ?? 0);
    mustBeSaved(await sendAgain(owner.device, parked?.seq ?? 0));
    await owner.sync();
    expect(await receipts(owner)).toEqual([3, 48, 50]);
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
  });

  test("[L6] that two copies of a profile import otherwise is not booked twice: the second waits for a person", async () => {
    const { owner, copy, server } = await aShop();
    const twin = await copy(owner);
    mustBeSaved(await handleCommand(owner.device, received(48)));
    mustBeSaved(await handleCommand(twin.device, received(50)));
    await owner.sync();
    // What the other copy has booked comes down, and what was to be sent with the question did not go.
    await twin.exchange(withoutCommands(server));
    expect(await listOutbox(twin.device.db)).toMatchObject([{ state: "pending" }]);
    await twin.sync();
    const [parked] = await listOutbox(twin.device.db);
    expect(parked).toMatchObject({ state: "parked", parked: { problem: { code: "id-taken" } } });
    expect(parked && (await findHolder(twin.device.db, parked))).toMatchObject({
      own: true,
      event: { data: { quantity: 48 } },
    });
    expect(await receipts(twin)).toEqual([3, 48]);
    expect((await checkLedger(twin.device.db)).balanced).toBe(true);
  });

  test("[L6] that one device imports otherwise when its log does not show the first time waits for a person", async () => {
    const { owner, copy } = await aShop();
    const before = await copy(owner);
    mustBeSaved(await handleCommand(owner.device, received(48)));
    await owner.sync();
    // The disk is set back, and nothing has come down since when the list is imported once more.
    mustBeSaved(await handleCommand(before.device, received(50)));
    await before.sync();
    expect(await listOutbox(before.device.db)).toMatchObject([
      { state: "parked", parked: { problem: { code: "id-taken" } } },
    ]);
    expect(await receipts(before)).toEqual([3, 48]);
  });

  test("[L6] whose id a rep has spent on a draft waits for a person, also before the draft has come down", async () => {
    const { owner, rep, server } = await aShop();
    mustBeSaved(await handleCommand(owner.device, received(48)));
    const draft = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { ...received(48), stream: order(), command: draft }));
    await rep.sync();
    // The page with the draft comes down, and what was to be sent with it did not go.
    await owner.exchange(withoutCommands(server));
    expect(await listOutbox(owner.device.db)).toMatchObject([{ state: "pending" }]);
    await owner.sync();
    expect(await listOutbox(owner.device.db)).toMatchObject([{ state: "parked" }]);
    expect(await receipts(owner)).toEqual([3]);
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
  });
});

/** Asks for the page without what the device would send. */
function withoutCommands({ ports }: TestServer): ExchangePorts["post"] {
  return (identity, request) => ports.post(identity, { ...request, commands: [] });
}

describe("a command whose drawn id is taken", () => {
  /** A device's order of three commands, the first of which has an id that a rep has used. */
  const anOrder = async () => {
    const shop = await aShop();
    const { owner, rep } = shop;
    const [id, stream] = [newId(), order()];
    const start = { type: "start-order", data: { ...aHeader(), number: "QQ-1" } } as const;
    mustBeSaved(await handleCommand(owner.device, { id, stream, command: start }));
    await addLine(owner.device, stream);
    await run(owner.device, stream, { type: "place-order", data: {} });
    const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream: order(), command: theirs }));
    await rep.sync();
    return { ...shop, id, stream };
  };

  test("[L4] goes on under another one and another seq, and what stands behind it keeps its order", async () => {
    const { owner, server, id, stream } = await anOrder();
    const asked: SyncRequest["commands"][number][] = [];
    const listening: ExchangePorts["post"] = async (identity, request) => {
      asked.push(...request.commands);
      return server.ports.post(identity, request);
    };
    for (let turn = 0; turn < 5; turn += 1) await owner.exchange(listening);
    const events = (await readStreamEvents(owner.device.db, [stream])).get(stream) ?? [];
    expect(events.map(({ type }) => type)).toEqual(["order-drafted", "line-added", "order-placed"]);
    expect(events[0]?.command).not.toBe(id);
    expect(await listOutbox(owner.device.db)).toEqual([]);
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
    // No seq is ever said for two ids: the server would take that for a copied device.
    const idsOf = groupBy(asked, ({ seq }) => seq);
    for (const said of idsOf.values()) expect(new Set(said.map((command) => command.id)).size).toBe(1);
  });

  test("[L4] goes on under the same other one on both copies of a profile: goods that came in count once", async () => {
    const { owner, rep, copy } = await aShop();
    const id = newId();
    mustBeSaved(await handleCommand(owner.device, { ...received(20), id }));
    const twin = await copy(owner);
    const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream: order(), command: theirs }));
    for (const { sync } of [rep, owner, twin, owner]) await sync();
    expect(await receipts(owner)).toEqual([3, 20]);
    for (const { device } of [owner, twin]) expect(await listOutbox(device.db)).toEqual([]);
  });

  test("[L4] is asked again under the old id where the answer was lost, and goes in once", async () => {
    const { owner, server, stream } = await anOrder();
    const lost: ExchangePorts["post"] = async (identity, request) => {
      await server.ports.post(identity, request);
      return { outcome: "failed", trouble: "unreachable" };
    };
    await owner.exchange(lost);
    await owner.sync();
    expect((await readStreamEvents(owner.device.db, [stream])).get(stream)).toHaveLength(3);
    expect(await listOutbox(owner.device.db)).toEqual([]);
  });

  test("[L6] is not confirmed by what another device has put under it, when that comes down first", async () => {
    const { owner, rep, draft, lineId, server } = await aShop();
    const [id, stream] = [newId(), draft.stream];
    const mine = { type: "remove-line", data: { lineId } } as const;
    mustBeSaved(await handleCommand(owner.device, { id, stream, command: mine }));
    const theirs = { type: "add-line", data: aLine(8) } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream, command: theirs }));
    await rep.sync();
    await owner.exchange(withoutCommands(server));
    // Only the server knows whose the id is.
    expect(await listOutbox(owner.device.db)).toMatchObject([{ id, state: "pending", unasked: true }]);
    await owner.sync();
    const lines = (await findOrder(owner.device.db, draft.id))?.order.lines ?? [];
    expect(lines.map((line) => line.lineId)).toEqual([uuid(8)]);
    expect(await listOutbox(owner.device.db)).toEqual([]);
  });

  test("[L16] waits for a person when the fourth id is taken too", async () => {
    const { owner, server, stream } = await anOrder();
    const stubborn: ExchangePorts["post"] = async (identity, request) => {
      const reply = await server.ports.post(identity, { ...request, commands: [] });
      if (reply.outcome !== "answered") return reply;
      const taken = {
        device: uuid(77),
        stream: order(),
        position: 1,
        traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
      };
      const verdicts = request.commands.map(({ id: command }) => ({
        command,
        outcome: "refused" as const,
        problem: problem("id-taken", 409, "taken", { taken }),
      }));
      return { outcome: "answered", body: { ...reply.body, verdicts } };
    };
    for (let turn = 0; turn < 10; turn += 1) await owner.exchange(stubborn);
    const rows = await listOutbox(owner.device.db);
    expect(rows.filter((row) => row.stream === stream).length).toBe(3);
    expect(inTurn(rows)[0]).toMatchObject({ state: "parked", redraws: 3 });
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
  });
});

describe("a command that was brought along in a backup file", () => {
  test("[L4] [L6] and was sent from both devices, decided otherwise on each, goes in once and waits to be seen", async () => {
    const { owner, office, draft, lineId, server } = await aShop();
    await run(owner.device, draft.stream, { type: "add-quantity", data: { lineId, by: 3 } });
    const file = (await exportBackup(owner.device, { holds: "waiting", app: "0.0.0" })).parts.join("");
    await run(office.device, draft.stream, { type: "add-quantity", data: { lineId, by: 10 } });
    await office.sync();
    const checked = await checkBackup(office.device, file);
    if (checked.outcome !== "ready") throw new Error();
    await bringIn(office.device, checked);
    await office.sync();
    // Its own device has not read of any of that when it sends.
    await owner.exchange(async (identity, request) => {
      const reply = await server.ports.post(identity, request);
      return reply.outcome === "answered"
        ? {
            ...reply,
            body: { ...reply.body, events: [], cursor: request.cursor ?? reply.body.cursor, more: true },
          }
        : reply;
    });
    await owner.sync();
    expect((await findOrder(owner.device.db, draft.id))?.order.lines[0]?.quantity).toBe(15);
    await office.sync();
    expect((await findOrder(office.device.db, draft.id))?.order.lines[0]?.quantity).toBe(15);
  });

  test("[L6] is brought in although another device has used its id on the same stream", async () => {
    const { owner, office, rep, draft, lineId } = await aShop();
    const [id, stream] = [newId(), draft.stream];
    const command = { type: "add-quantity", data: { lineId, by: 3 } } as const;
    mustBeSaved(await handleCommand(owner.device, { id, stream, command }));
    const file = (await exportBackup(owner.device, { holds: "waiting", app: "0.0.0" })).parts.join("");
    const theirs = { type: "add-line", data: aLine(8) } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream, command: theirs }));
    await rep.sync();
    await office.sync();
    const checked = await checkBackup(office.device, file);
    expect(checked).toMatchObject({ outcome: "ready", known: 0, fresh: [{ id }] });
    if (checked.outcome !== "ready") throw new Error();
    await bringIn(office.device, checked);
    await office.sync();
    // The proof of who wrote it holds for its id alone: a person sees it, and may make it their own.
    const [parked] = await listOutbox(office.device.db);
    expect(parked).toMatchObject({ id, state: "parked", parked: { problem: { code: "id-taken" } } });
    mustBeSaved(await sendAgain(office.device, parked?.seq ?? 0));
    await office.sync();
    expect((await findOrder(office.device.db, draft.id))?.order.lines[0]?.quantity).toBe(5);
  });
});

test("[L6] [L14] a lost command whose id another device uses meanwhile is shown as lost, and stays so after the next restore", async () => {
  const { owner, rep, server } = await aShop();
  const [first, second] = [server.backUp(), server.backUp()];
  const { stream } = await startOrder(owner.device);
  await owner.sync();
  const [lost] = (await readStreamEvents(owner.device.db, [stream])).get(stream) ?? [];
  server.restore(first);
  const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
  const stolen = order();
  mustBeSaved(await handleCommand(rep.device, { id: lost?.command ?? "", stream: stolen, command: theirs }));
  await rep.sync();
  const shown = async () => (await listNotTakenBack(owner.device.db)).map(({ events }) => events[0]?.stream);
  await owner.sync();
  expect(await shown()).toEqual([stream]);
  expect(await listNotTakenBack(owner.device.db)).toMatchObject([{ problem: { code: "id-taken" } }]);
  // Set back once more, behind what the rep had written: that is lost now too, and does not take the place of it.
  server.restore(second);
  await owner.sync();
  expect(await shown()).toEqual([stream]);
});
