import { readdirSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { openCurrentDevice } from "../../src/device/open-device.ts";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { finishRebuild } from "../../src/device/outbox/rebuild.ts";
import { sendAgain } from "../../src/device/outbox/resolve.ts";
import type { MetaRow } from "../../src/device/storage/database.ts";
import type { Device } from "../../src/device/storage/device.ts";
import type { Ledger } from "../../src/device/storage/rows.ts";
import { findHolder } from "../../src/device/streams/id-holder.ts";
import { findOrder, listOutbox } from "../../src/device/views/queries.ts";
import type { KnownCommand } from "../../src/domain/kinds.ts";
import { orderStream, type StreamKey } from "../../src/domain/stream-key.ts";
import { importedId, newId } from "../../src/protocol/ids.ts";
import { joinWorkspace } from "../../src/sync/calls/joining.ts";
import { makeServerCalls } from "../../src/sync/contexts/server-calls.ts";
import { drain } from "../../src/sync/engine/drain.ts";
import { freshStorage, mustBeSaved, run, startOrder } from "../device/support/a-device.ts";
import { aHeader } from "../domain/builders.ts";
import { startTestServer } from "../server/support/test-server.ts";
import { keptBuilds, keptServer, loadKeptDevice } from "../support/kept-builds.ts";
import type { KeptCommand, KeptDevice } from "../support/kept-device.ts";
import { type ProtocolClient, startWorkspaceAt } from "../support/protocol-client.ts";
import { startDocket } from "../support/start-docket.ts";
import { readModelOf } from "./support/a-fleet.ts";
import { giveId, readTable } from "./support/kept-storage.ts";

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test("each build that is kept is one that the tests run", () => {
  expect([...keptBuilds]).toEqual(readdirSync("test/fixtures/builds").sort());
});

/** Begins an order in the shape that every build has. */
const startKeptOrder = ({ orderNumber: number }: { readonly orderNumber: string }): KeptCommand => ({
  type: "start-order",
  data: { ...aHeader(), number },
});
const oil = "stock/OIL";
const received = (quantity: number) =>
  ({ type: "receive-stock", data: { sku: "OIL", quantity } }) as const satisfies KnownCommand;
/** The id that everybody gives this line of a delivery note. */
const deliveryNote = importedId("command", "stockReceipts/DN-7/OIL");

async function sync(device: Device): Promise<void> {
  const ports = { ...makeServerCalls(() => Date.now()), nowMs: () => Date.now() };
  expect(await drain(device, Date.now() + 30_000, ports)).toBe(true);
}

/** The app of today joins. */
async function join(origin: string, office: ProtocolClient): Promise<Device> {
  const code = await office.invite("owner");
  const joined = await joinWorkspace({ origin, code, deviceName: "New" }, freshStorage());
  if (!joined.ok) throw new Error(`expected to join, found ${joined.trouble}`);
  cleanUps.push(() => joined.device.close());
  return joined.device;
}

async function mustSave(device: KeptDevice, stream: string, command: Parameters<KeptDevice["save"]>[1]) {
  expect(await device.save(stream, command)).toMatchObject({ outcome: "saved" });
}

describe.each(keptBuilds)("the app of %s", (name) => {
  /** A business on the server at `url`, with a device of the old app and one of today's. */
  async function aShop(url: string) {
    const office = await startWorkspaceAt(url);
    const { joinKept } = await loadKeptDevice(name);
    const storage = freshStorage();
    const old = await joinKept(
      { origin: url, code: await office.invite("owner"), deviceName: "Old" },
      storage,
    );
    cleanUps.push(() => old.close());
    return { office, old, storage, today: await join(url, office) };
  }

  type Shop = Awaited<ReturnType<typeof aShop>>;

  /** The office books a delivery note with the app of today. */
  async function book(today: Device, quantity: number): Promise<void> {
    const asked = { id: deliveryNote, stream: oil, command: received(quantity) } as const;
    mustBeSaved(await handleCommand(today, asked));
    await sync(today);
  }

  /** The old app has the same delivery note with 50, which waits to be sent. */
  async function bookOnOld({ old, storage }: Shop): Promise<void> {
    await mustSave(old, oil, received(50));
    const [row] = (await old.outbox()) as readonly { readonly id: string }[];
    await giveId(storage, row?.id ?? "", deliveryNote);
    expect(await old.outbox()).toMatchObject([{ id: deliveryNote, state: "pending" }]);
  }

  /** created = confirmed + settled + what is in the outbox, as that build has counted. */
  async function expectBalanced({ storage }: Shop): Promise<void> {
    const meta = (await readTable(storage, "meta")) as readonly MetaRow[];
    const ledger = meta.find(({ key }) => key === "ledger");
    if (ledger === undefined) throw new Error("expected a ledger, found none");
    const { created, confirmed, settled } = ledger.value as Ledger;
    expect(created).toBe(confirmed + settled + (await readTable(storage, "outbox")).length);
  }

  /** Something else of the old app gets away, and what others write comes in. */
  async function expectGoesOn({ old, today }: Shop): Promise<void> {
    const mine = newId();
    await mustSave(old, orderStream(mine), startKeptOrder);
    const theirs = await startOrder(today);
    await sync(today);
    expect(await old.sync()).toBe(true);
    await sync(today);
    expect((await findOrder(today.db, mine))?.order.status).toBe("draft");
    expect(await old.order(theirs.id)).toMatchObject({ order: { number: theirs.number } });
    expect((await old.place()).position).toBe((await readModelOf(today)).position);
  }

  /** How often the goods came in, and how much at a time. */
  const receipts = async ({ office }: Shop) =>
    (await office.readStream(oil)).map(({ data }) => (data as { readonly quantity: number }).quantity);

  test("[L6] [L7] parks what another device has the id of, loses nothing and goes on; the update shows both, and a person sends it", async () => {
    const server = await startTestServer();
    cleanUps.push(server.stop);
    const shop = await aShop(server.url);
    const { old, storage, today } = shop;
    await book(today, 48);
    expect(await old.sync()).toBe(true);
    await bookOnOld(shop);
    // Behind it, on the same goods.
    await mustSave(old, oil, received(7));

    expect(await old.sync()).toBe(true);
    const parked = {
      id: deliveryNote,
      state: "parked",
      command: received(50),
      parked: { why: "refused", problem: { code: "id-taken" } },
    };
    const waiting = [parked, { state: "held", held: { why: "behind" }, command: received(7) }];
    expect(await old.outbox()).toMatchObject(waiting);
    await expectGoesOn(shop);
    expect(await old.outbox()).toMatchObject(waiting);
    await expectBalanced(shop);
    expect(await receipts(shop)).toEqual([48]);
    // A copy of it goes into a backup file as well.
    expect(await old.backup("waiting")).toContain(deliveryNote);

    old.close();
    const updated = await openCurrentDevice(storage);
    if (updated === undefined) throw new Error("expected the profile of a device, found none");
    cleanUps.push(() => updated.close());
    await finishRebuild(updated.db);
    await sync(updated);
    const rows = await listOutbox(updated.db);
    expect(rows).toMatchObject(waiting);
    const [row] = rows;
    if (row === undefined) throw new Error("expected the parked command, found none");
    expect(await findHolder(updated.db, row)).toMatchObject({
      event: { data: { quantity: 48 } },
      own: false,
    });
    mustBeSaved(await sendAgain(updated, row.seq));
    await sync(updated);
    expect(await receipts(shop)).toEqual([48, 50, 7]);
    expect(await listOutbox(updated.db)).toMatchObject([{ state: "discarded" }]);
    expect((await checkLedger(updated.db)).balanced).toBe(true);
    await sync(today);
    expect((await readModelOf(updated)).streams).toEqual((await readModelOf(today)).streams);
  });

  test("takes what comes down under the id of a waiting command for its own, as it always has, and goes on", async () => {
    const server = await startTestServer();
    cleanUps.push(server.stop);
    const shop = await aShop(server.url);
    await bookOnOld(shop);
    await mustSave(shop.old, oil, received(7));
    await book(shop.today, 48);

    expect(await shop.old.sync()).toBe(true);
    expect(await shop.old.outbox()).toEqual([]);
    expect(await receipts(shop)).toEqual([48, 7]);
    await expectBalanced(shop);
    await expectGoesOn(shop);
  });

  test("an order of today's app whose number is taken gets another one at that build's server too, which takes no note of the former", async () => {
    const before = await startDocket({ LOG_LEVEL: "silent" }, keptServer(name));
    cleanUps.push(before.stop);
    const office = await startWorkspaceAt(before.url);
    const [first, second] = [await join(before.url, office), await join(before.url, office)];
    const { number } = await startOrder(first);
    await sync(first);
    // As a copied profile would: another order under the same number.
    const id = newId();
    const stream: StreamKey = orderStream(id);
    await run(second, stream, { type: "start-order", data: { ...aHeader(), number } });
    const changes = { note: { from: "", to: "by hand" } };
    await run(second, stream, { type: "change-order-details", data: { changes } });
    await sync(second);
    await sync(first);
    for (const { db } of [first, second]) {
      expect(await listOutbox(db)).toEqual([]);
      const found = (await findOrder(db, id))?.order;
      expect(found).toMatchObject({
        number: `${second.identity().code}-1`,
        formerNumbers: [],
        note: "by hand",
      });
      expect((await checkLedger(db)).balanced).toBe(true);
    }
  });
});
