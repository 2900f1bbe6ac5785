import { afterEach, describe, expect, test } from "vitest";
import { bringIn, checkBackup } from "../../src/device/files/import-backup.ts";
import { openCurrentDevice } from "../../src/device/open-device.ts";
import { finishRebuild } from "../../src/device/outbox/rebuild.ts";
import type { Device, DeviceStorage } from "../../src/device/storage/device.ts";
import {
  findCustomer,
  findOrder,
  findProduct,
  findSettings,
  listCustomers,
  listOrders,
  listOutbox,
  listProducts,
} from "../../src/device/views/queries.ts";
import type { KnownEvent } from "../../src/domain/kinds.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { makeReactions } from "../../src/server/consumers/react.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { joinWorkspace } from "../../src/sync/calls/joining.ts";
import { makeServerCalls } from "../../src/sync/contexts/server-calls.ts";
import { drain } from "../../src/sync/engine/drain.ts";
import { addLine, freshStorage, run, startOrder } from "../device/support/a-device.ts";
import { aLine, aWorkspace, uuid } from "../domain/builders.ts";
import { startTestServer, testConfig } from "../server/support/test-server.ts";
import { buildsOfOldShapes, keptServer, loadKeptDevice } from "../support/kept-builds.ts";
import type { KeptCommand, KeptDevice } from "../support/kept-device.ts";
import { type ProtocolClient, startWorkspaceAt } from "../support/protocol-client.ts";
import { startDocket } from "../support/start-docket.ts";
import { readModelOf } from "./support/a-fleet.ts";
import {
  oldCustomer,
  oldHeader,
  oldLine,
  oldProduct,
  oldSettings,
  startOldOrder,
} from "./support/old-commands.ts";

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Exchanges until nothing is left; `aheadMs` is how late it is by this device's clock. */
async function sync(device: Device, aheadMs = 0): Promise<void> {
  const ports = { ...makeServerCalls(() => Date.now()), nowMs: () => Date.now() + aheadMs };
  expect(await drain(device, Date.now() + aheadMs + 30_000, ports)).toBe(true);
}

/** The app of today joins. */
async function join(origin: string, owner: ProtocolClient, role: "owner" | "rep" = "owner") {
  const storage = freshStorage();
  const joined = await joinWorkspace({ origin, code: await owner.invite(role), deviceName: "New" }, storage);
  if (!joined.ok) throw new Error(`expected to join, found ${joined.trouble}`);
  cleanUps.push(() => joined.device.close());
  return joined.device;
}

/** The app is updated: the profile is opened by the build of today, which brings its database up to date. */
async function update(storage: DeviceStorage): Promise<Device> {
  const device = await openCurrentDevice(storage);
  if (device === undefined) throw new Error("expected the profile of a device, found none");
  cleanUps.push(() => device.close());
  return device;
}

async function mustSave(device: KeptDevice, stream: string, command: Parameters<KeptDevice["save"]>[1]) {
  expect(await device.save(stream, command)).toMatchObject({ outcome: "saved" });
}

/** Every command of the old build whose shape has changed since, given offline on things that are there or new. */
const oldWishes = (workspaceId: string): readonly (readonly [stream: string, command: KeptCommand])[] => [
  [
    `workspace/${workspaceId}`,
    {
      type: "change-settings",
      data: { changes: { taxRates: { from: oldSettings.taxRates, to: [{ name: "standard", bps: 2100 }] } } },
    },
  ],
  [
    `customer/${uuid(500)}`,
    { type: "change-customer", data: { changes: { contact: { from: oldCustomer.contact, to: "Ann Lee" } } } },
  ],
  [`customer/${uuid(501)}`, { type: "add-customer", data: { ...oldCustomer, code: "QUAY" } }],
  [
    `customer/${uuid(502)}`,
    { type: "import-customer", data: { fields: { code: "MILL", company: "Mill Inn", contact: "Bo Ek" } } },
  ],
  ["product/TEA-1", { type: "change-product", data: { changes: { taxBps: { from: 1900, to: 700 } } } }],
  ["product/OIL", { type: "add-product", data: { ...oldProduct, sku: "OIL" } }],
  [
    "product/JAM",
    { type: "import-product", data: { sku: "JAM", fields: { name: "Jam", priceMinor: 5, taxBps: 25 } } },
  ],
  [`order/${uuid(600)}`, { type: "add-line", data: oldLine(1) }],
  [`order/${uuid(600)}`, { type: "place-order", data: {} }],
  [`order/${uuid(601)}`, { type: "cancel-order", data: { reason: "closed today" } }],
  [
    `order/${uuid(602)}`,
    {
      type: "import-order",
      data: { ...oldHeader, externalRef: "10248", lines: [oldLine(2)], shippedOn: "2026-11-20" },
    },
  ],
];

describe.each(buildsOfOldShapes)("the app of %s", (name) => {
  /** A business that began with the old app, on the server of today. */
  async function anOldShop(server: RunningServer) {
    const office = await startWorkspaceAt(server.url);
    const { joinKept } = await loadKeptDevice(name);
    const storage = freshStorage();
    const wanted = { origin: server.url, code: await office.invite("owner"), deviceName: "Old" };
    const old = await joinKept(wanted, storage);
    const workspaceId = office.joined.workspace.id;
    await mustSave(old, `workspace/${workspaceId}`, { type: "set-up-workspace", data: oldSettings });
    await mustSave(old, `customer/${uuid(500)}`, { type: "add-customer", data: oldCustomer });
    await mustSave(old, "product/TEA-1", { type: "add-product", data: oldProduct });
    for (const id of [uuid(600), uuid(601)]) await mustSave(old, `order/${id}`, startOldOrder);
    expect(await old.sync()).toBe(true);
    expect(await old.outbox()).toEqual([]);
    return { office, old, storage, workspaceId };
  }

  test("[L13] on a newer server: what it writes is lifted, what it cannot read it keeps, and nothing is lost", async () => {
    const server = await startTestServer();
    cleanUps.push(server.stop);
    const { office, old, storage, workspaceId } = await anOldShop(server);
    const today = await join(server.url, office);
    await sync(today);
    expect(await findProduct(today.db, "TEA-1")).toMatchObject({ product: { taxPpm: 190_000 } });
    const customer = { contactName: "Orla Byrne, owner", contactTitle: "" };
    expect(await findCustomer(today.db, uuid(500))).toMatchObject({ customer });

    // The app of today says what the old one cannot read: a new schemaVersion, and a kind of stream that neither knows.
    await run(today, "product/TEA-1", {
      type: "change-product",
      data: { changes: { taxPpm: { from: 190_000, to: 88_750 } } },
    });
    const painted = await startOrder(today);
    await addLine(today, painted.stream, { taxPpm: 88_750 });
    await sync(today);
    await writeOfTomorrow(server, workspaceId);
    // Meanwhile the old one works on, offline, also on what it will not be able to read.
    await mustSave(old, "product/TEA-1", {
      type: "change-product",
      data: { changes: { name: { from: "Tea", to: "Black tea" } } },
    });
    const taken = orderStream(newId());
    await mustSave(old, taken, startOldOrder);
    await mustSave(old, taken, { type: "add-line", data: oldLine(1) });
    await mustSave(old, taken, { type: "place-order", data: {} });

    expect(await old.sync()).toBe(true);
    await sync(today);
    expect((await old.place()).position).toBe((await readModelOf(today)).position);
    const held = { state: "held", held: { why: "unreadable-stream" }, command: { type: "change-product" } };
    expect(await old.outbox()).toMatchObject([held]);
    const unreadable = (await old.streams()).filter((row) => "unreadableFrom" in (row as object));
    expect(unreadable.map((row) => (row as { key: string }).key).sort()).toEqual(
      [painted.stream, "product/TEA-1", `rota/${uuid(700)}`].sort(),
    );
    expect(await old.order(painted.id)).toMatchObject({ readOnly: true, order: { lines: [] } });
    expect(await old.save("product/TEA-1", { type: "change-product", data: { changes: {} } })).toMatchObject({
      why: "read-only",
    });
    // The rest goes on.
    await mustSave(old, orderStream(newId()), startOldOrder);
    expect(await old.sync()).toBe(true);
    expect(await old.outbox()).toMatchObject([held]);
    const placed = { status: "placed", lines: [{ taxPpm: 190_000, quantity: 3 }] };
    await sync(today);
    expect(await findOrder(today.db, taken.slice(6))).toMatchObject({
      order: placed,
      totals: { totalMinor: 2358 },
    });

    // The old app is updated: all that it kept is read now, and what it held is sent.
    old.close();
    const updated = await update(storage);
    await finishRebuild(updated.db);
    await sync(updated);
    await sync(today);
    expect(await listOutbox(updated.db)).toEqual([]);
    const product = { name: "Black tea", taxPpm: 88_750 };
    expect(await findProduct(today.db, "TEA-1")).toMatchObject({ product });
    expect(await findOrder(updated.db, painted.id)).toMatchObject({ order: { lines: [{ taxPpm: 88_750 }] } });
    expect(await readModelOf(updated)).toEqual({ ...(await readModelOf(today)), sums: expect.anything() });
  });

  test("[L13] [L6] updated with work that waits: every command of its time is lifted and is sent, whatever its shape", async () => {
    const server = await startTestServer();
    cleanUps.push(server.stop);
    const { office, old, storage, workspaceId } = await anOldShop(server);
    const wishes = oldWishes(workspaceId);
    for (const [stream, command] of wishes) await mustSave(old, stream, command);
    const file = await old.backup("waiting");
    old.close();

    // Before anything is folded again, screens read what the old build left.
    const updated = await update(storage);
    expect(await findProduct(updated.db, "TEA-1")).toMatchObject({ product: { taxPpm: 70_000 } });
    expect(await findSettings(updated.db)).toMatchObject({ taxRates: [{ name: "standard", ppm: 210_000 }] });
    const order = { status: "placed", lines: [{ taxPpm: 190_000 }] };
    expect(await findOrder(updated.db, uuid(600))).toMatchObject({ order, totals: { totalMinor: 2358 } });
    expect(await findOrder(updated.db, uuid(601))).toMatchObject({ order: { cancelNote: "closed today" } });
    const lists = [
      listCustomers,
      listProducts,
      (db: Device["db"]) => listOrders(db, { limit: 100 }),
    ] as const;
    const before = await Promise.all(lists.map((list) => list(updated.db)));
    await finishRebuild(updated.db);
    expect(await Promise.all(lists.map((list) => list(updated.db)))).toEqual(before);
    const waiting = await listOutbox(updated.db);
    expect(waiting.map(({ state }) => state)).toEqual(wishes.map(() => "pending"));

    // The same work, from the file that the old app had saved, on another device: once each, under the same ids.
    const other = await join(server.url, office);
    await sync(other);
    const ready = await checkBackup(other, file);
    if (ready.outcome !== "ready") throw new Error(`expected a file that fits, found ${ready.outcome}`);
    expect(await bringIn(other, ready)).toMatchObject({ outcome: "brought-in", fresh: wishes.length });
    await sync(other);
    await sync(updated);
    await sync(other);
    expect(await listOutbox(updated.db)).toEqual([]);
    expect(await listOutbox(other.db)).toEqual([]);
    const commands = new Set((await office.pullAll()).map(({ command }) => command));
    expect(waiting.filter(({ id }) => !commands.has(id))).toEqual([]);
    expect(await findCustomer(other.db, uuid(500))).toMatchObject({ customer: { contactName: "Ann Lee" } });
    expect(await findCustomer(other.db, uuid(502))).toMatchObject({ customer: { contactName: "Bo Ek" } });
    expect(await findProduct(other.db, "JAM")).toMatchObject({ product: { taxPpm: 2_500 } });
    expect((await readModelOf(updated)).streams).toEqual((await readModelOf(other)).streams);
  });

  test("[L13] an old server holds what it cannot read yet, visibly; the server of today takes it from the same folder", async () => {
    const before = await startDocket({ LOG_LEVEL: "silent" }, keptServer(name));
    cleanUps.push(before.stop);
    const office = await startWorkspaceAt(before.url);
    const today = await join(before.url, office);
    const workspace = office.joined.workspace.id;
    await run(today, `workspace/${workspace}`, { type: "set-up-workspace", data: aWorkspace() });
    const order = await startOrder(today);
    await run(today, order.stream, { type: "add-line", data: aLine(1, { taxPpm: 88_750 }) });
    await run(today, order.stream, { type: "place-order", data: {} });
    const plain = await startOrder(today);
    await sync(today);
    const refused = { why: "refused", problem: { code: "unknown-type" } };
    expect(await listOutbox(today.db)).toMatchObject([
      { state: "held", held: refused, command: { type: "set-up-workspace" } },
      { state: "held", held: refused, command: { type: "add-line" } },
      { state: "held", command: { type: "place-order" } },
    ]);
    expect((await office.readStream(plain.stream)).map(({ type }) => type)).toEqual(["order-drafted"]);

    await before.kill();
    const port = Number(new URL(before.url).port);
    const after = await startServer({ ...testConfig, dataDir: before.dataDir, port }, { clientDir: null });
    cleanUps.push(after.stop);
    // Held commands are probed on a backoff of their own.
    for (let turn = 1; turn <= 3; turn += 1) await sync(today, turn * 3_600_000);
    expect(await listOutbox(today.db)).toEqual([]);
    const types = (await office.readStream(order.stream)).map(
      ({ type, schemaVersion }) => `${type}@${schemaVersion}`,
    );
    expect(types).toEqual(["order-drafted@1", "line-added@2", "order-placed@3"]);
  }, 300_000);
});

/** A service of a later build writes on a kind of stream that no build here knows. */
async function writeOfTomorrow({ store }: RunningServer, workspace: string): Promise<void> {
  await store.inWorkspace(workspace, async (tx) => {
    const head = await tx.lockHead();
    const [cause] = await tx.readEventsAt([1]);
    if (cause === undefined) throw new Error("expected a log that has begun");
    const { sealKey } = store.installation;
    const at = {
      tx,
      workspace,
      consumer: "rota",
      actor: "Rota",
      head,
      now: new Date().toISOString(),
      sealKey,
      wrote: () => {},
    };
    const reactions = makeReactions(at);
    const event = { type: "rota-drawn", schemaVersion: 1, data: { days: 7 } } as unknown as KnownEvent;
    await reactions.write(newId(), [{ stream: `rota/${uuid(700)}`, event, cause }]);
    await reactions.store();
  });
}
