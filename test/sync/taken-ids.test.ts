import { describe, expect, test } from "vitest";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { discardCommand, sendAgain, undoDiscard } from "../../src/device/outbox/resolve.ts";
import { mustMeta } from "../../src/device/storage/meta.ts";
import { findHolder } from "../../src/device/streams/id-holder.ts";
import { readStreamEvents } from "../../src/device/streams/log.ts";
import { listOutbox } from "../../src/device/views/queries.ts";
import { customerStream } from "../../src/domain/stream-key.ts";
import { commandSchemas } from "../../src/protocol/command-schemas.ts";
import { eventIdOf, newId } from "../../src/protocol/ids.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import { mustBeSaved, someSettings } from "../device/support/a-device.ts";
import { aHeader, aLine, uuid } from "../domain/builders.ts";
import type { Member } from "./support/a-fleet.ts";
import {
  aShop,
  customer,
  order,
  product,
  receipts,
  received,
  type Shop,
  uses,
  type Wish,
  withoutCommands,
} from "./support/taken-ids.ts";

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
