import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportBackup } from "../../src/device/files/export-backup.ts";
import { bringIn, checkBackup } from "../../src/device/files/import-backup.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { sendAgain } from "../../src/device/outbox/resolve.ts";
import { sendAllAgain } from "../../src/device/outbox/resolve-many.ts";
import type { Device } from "../../src/device/storage/device.ts";
import { readStreamEvents } from "../../src/device/streams/log.ts";
import {
  countOrders,
  findOrder,
  findProduct,
  findSettings,
  listOutbox,
} from "../../src/device/views/queries.ts";
import type { BackupHeader } from "../../src/protocol/backup-file.ts";
import { limits } from "../../src/protocol/limits.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import { addLine, aLocalDevice, run, startOrder } from "../device/support/a-device.ts";
import { aProduct, uuid } from "../domain/builders.ts";
import { aFleet, type Member } from "./support/a-fleet.ts";

async function exported(device: Device, holds: BackupHeader["holds"] = "waiting"): Promise<string> {
  return (await exportBackup(device, { holds, app: "0.0.0" })).parts.join("");
}

/** Brings a file in that must fit. */
async function broughtIn(device: Device, text: string) {
  const checked = await checkBackup(device, text);
  if (checked.outcome !== "ready") throw new Error(`expected a file that fits, found ${checked.outcome}`);
  return bringIn(device, checked);
}

/** Every command in the log of a device, with how many events of it stand there. */
async function landedOn({ db }: Device): Promise<ReadonlyMap<string, number>> {
  const streams = (await db.streams.toArray()).map(({ key }) => key);
  const landed = new Map<string, number>();
  for (const events of (await readStreamEvents(db, streams)).values())
    for (const { command } of events) landed.set(command, (landed.get(command) ?? 0) + 1);
  return landed;
}

/** The events of a type in the log of a device. */
async function logOf({ db }: Device, type: string): Promise<readonly LogEvent[]> {
  const segments = await db.log.orderBy("first").toArray();
  return segments
    .flatMap(({ body }) => JSON.parse(body) as LogEvent[])
    .filter((event) => event.type === type);
}

/** Orders of so many lines each; those with a `true` are sent at once, the others wait. */
const someWork = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 4,
});

async function write(rep: Member, work: readonly (readonly [boolean, number])[]): Promise<void> {
  for (const [isSent, lines] of work) {
    const { stream } = await startOrder(rep.device);
    for (let count = 0; count < lines; count += 1) await addLine(rep.device, stream);
    if (lines > 0) await run(rep.device, stream, { type: "place-order", data: {} });
    if (isSent) await rep.sync();
  }
}

describe("a backup file of what waits", () => {
  test("[L4] brought in after a wipe, twice, and where it came from: all of it reaches the server once", async () => {
    await fc.assert(
      fc.asyncProperty(someWork, fc.boolean(), fc.boolean(), async (work, originGoesFirst, knowsLog) => {
        const { owner, join } = await aFleet();
        const rep = await join("rep");
        await write(rep, work);
        const pending = (await listOutbox(rep.device.db)).map(({ id }) => id);
        const text = await exported(rep.device);
        // The answer to what was sent may have been lost: the file says pending, the server says accepted.
        if (originGoesFirst) await rep.sync();
        // The disk is wiped, and the device joins the same workspace again, as another one.
        const again = await join("rep");
        if (knowsLog) await again.sync();
        await broughtIn(again.device, text);
        expect(await broughtIn(again.device, text)).toMatchObject({ outcome: "brought-in", fresh: 0 });
        await again.sync();
        expect(await broughtIn(again.device, text)).toMatchObject({ fresh: 0, known: pending.length });
        expect(await broughtIn(rep.device, text)).toMatchObject({ fresh: 0, known: pending.length });
        await rep.sync();
        await again.sync();
        await owner.sync();
        const landed = await landedOn(owner.device);
        for (const id of pending) expect(landed.get(id)).toBe(1);
        expect(await countOrders(owner.device.db)).toMatchObject({
          draft: work.filter(([, lines]) => lines === 0).length,
          placed: work.filter(([, lines]) => lines > 0).length,
        });
        for (const { device } of [rep, again]) {
          expect(await listOutbox(device.db)).toEqual([]);
          expect((await checkLedger(device.db)).balanced).toBe(true);
        }
      }),
      { numRuns: 6 },
    );
  });

  test("[L4] of a device that still has access: its orders keep their numbers, and happen once, wherever they are sent", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const { stream } = await startOrder(rep.device);
    await addLine(rep.device, stream);
    const again = await join("rep");
    await broughtIn(again.device, await exported(rep.device));
    await again.sync();
    expect(await listOutbox(again.device.db)).toEqual([]);
    // Where it came from it was only away: what it brings is there already.
    await rep.sync();
    await owner.sync();
    expect(await countOrders(owner.device.db)).toMatchObject({ draft: 1 });
    const order = await owner.device.db.streams.get(stream);
    expect(order?.confirmed.state).toMatchObject({ number: `${rep.device.identity().code}-1` });
    for (const { device } of [rep, again]) {
      expect(await listOutbox(device.db)).toEqual([]);
      expect((await checkLedger(device.db)).balanced).toBe(true);
    }
  });

  test("[L6] a parked command comes along: what it met is found again, what was refused stays refused", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const order = await startOrder(rep.device);
    const lineId = await addLine(rep.device, order.stream, { quantity: 5 });
    await rep.sync();
    await owner.sync();
    await run(owner.device, order.stream, { type: "set-quantity", data: { lineId, from: 5, to: 8 } });
    await owner.sync();
    await run(rep.device, order.stream, { type: "set-quantity", data: { lineId, from: 5, to: 6 } });
    await rep.sync();
    const [parked] = await listOutbox(rep.device.db);
    expect(parked).toMatchObject({ state: "parked", parked: { why: "rejected" } });
    const again = await join("rep");
    await broughtIn(again.device, await exported(rep.device));
    await again.sync();
    expect(await listOutbox(again.device.db)).toMatchObject([
      { id: parked?.id, state: "parked", parked: parked?.parked },
    ]);
  });

  test("what a file brings is judged as its writer's: a rep's cannot do what only owners may, whoever brings it", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const price = { type: "add-product", data: aProduct({ sku: "TEA", priceMinor: 500 }) } as const;
    await run(owner.device, "product/TEA", price);
    await owner.sync();
    await rep.sync();
    await startOrder(rep.device);
    // On its own device a rep's change of a price is refused; signed by the rep, in a file, it is all the same.
    const change = {
      type: "change-product",
      data: { changes: { priceMinor: { from: 500, to: 1 } } },
    } as const;
    await run(rep.device, "product/TEA", change);
    expect(await broughtIn(owner.device, await exported(rep.device))).toMatchObject({ fresh: 2 });
    await owner.sync();
    expect(await findProduct(owner.device.db, "TEA")).toMatchObject({ product: { priceMinor: 500 } });
    expect(await listOutbox(owner.device.db)).toMatchObject([
      { state: "parked", parked: { why: "refused", problem: { code: "not-allowed" } } },
    ]);
    // The order is there, and stands as the rep's.
    const drafted = await logOf(owner.device, "order-drafted");
    expect(drafted).toMatchObject([
      { device: rep.device.identity().deviceId, actor: rep.device.identity().deviceName },
    ]);
  });

  test("[L6] what was put into a file, or altered in it, waits for a person and counts for nothing until then", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    for (const sku of ["TEA", "OIL"] as const) {
      const data = aProduct({ sku, priceMinor: 500 });
      await run(owner.device, `product/${sku}`, { type: "add-product", data });
    }
    await owner.sync();
    await rep.sync();
    await startOrder(rep.device);
    const signed = linesOf(await exported(rep.device))[0]?.command;
    if (signed === undefined) throw new Error("expected a command in the file");
    const crafted = (sku: string, n: number, written: object) => ({
      ...signed,
      ...{ id: uuid(n), seq: n, rank: n, stream: `product/${sku}`, events: [], written },
      actor: owner.device.identity().deviceName,
      command: { type: "change-product", data: { changes: { priceMinor: { from: 500, to: 1 } } } },
    });
    const { written: _none, ...unsigned } = crafted("TEA", 9_001, {});
    const altered = crafted("OIL", 9_002, signed.written as object);
    const text = exportedWith(await exported(rep.device), [{ command: unsigned }, { command: altered }]);
    expect(await checkBackup(owner.device, text)).toMatchObject({ outcome: "ready", unproven: 1 });
    expect(await broughtIn(owner.device, text)).toMatchObject({ fresh: 3 });
    const pricesOf = async () =>
      Promise.all(
        ["TEA", "OIL"].map(async (sku) => (await findProduct(owner.device.db, sku))?.product.priceMinor),
      );
    // Not even shown before the server has been asked: an order that is taken meanwhile would go by it.
    expect(await pricesOf()).toEqual([500, 500]);
    await owner.sync();
    expect(await pricesOf()).toEqual([500, 500]);
    const parked = await listOutbox(owner.device.db);
    expect(parked.map(({ id }) => id).toSorted()).toEqual([uuid(9_001), uuid(9_002)]);
    for (const { parked: reason } of parked)
      expect(reason).toMatchObject({ why: "refused", problem: { code: "not-proven" } });
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
    // A person who has looked at it makes it their own: it is the owner's then, under an id of its own.
    await sendAgain(owner.device, parked.find(({ id }) => id === uuid(9_001))?.seq ?? 0);
    await owner.sync();
    expect(await pricesOf()).toEqual([1, 500]);
    const { deviceId: device, deviceName: actor } = owner.device.identity();
    expect(await logOf(owner.device, "product-changed")).toMatchObject([{ device, actor }]);
  });

  test("of a device whose access was taken back, all waits for a person; none of it is lost", async () => {
    const { server, owner, join } = await aFleet();
    const rep = await join("rep");
    await startOrder(rep.device);
    const text = await exported(rep.device);
    await server.revoke(rep.device.identity().deviceId);
    await broughtIn(owner.device, text);
    await owner.sync();
    expect(await listOutbox(owner.device.db)).toMatchObject([
      { state: "parked", parked: { why: "refused", problem: { code: "not-proven" } } },
    ]);
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
  });

  test("a file over the limit is told, and nothing of it is read", async () => {
    const rep = await aLocalDevice();
    const text = `${await exported(rep)}${" ".repeat(limits.backupBytes)}`;
    expect(await checkBackup(rep, text)).toEqual({ outcome: "too-large" });
  });

  test("single commands are taken out by their number, and what was discarded stays out", async () => {
    const rep = await aLocalDevice();
    const { stream } = await startOrder(rep);
    await addLine(rep, stream);
    const rows = await listOutbox(rep.db);
    const one = await exportBackup(rep, { holds: "waiting", app: "1", only: [rows.at(-1)?.seq ?? 0] });
    expect(one.commandCount).toBe(1);
    expect(one.fileName).toMatch(/^docket-quay-street-foods-\d{4}-\d\d-\d\d-waiting\.jsonl$/);
  });

  test("has no token in it, also with everything", async () => {
    const { join } = await aFleet();
    const rep = await join("rep");
    await startOrder(rep.device);
    await rep.sync();
    const token = rep.device.identity().joined?.token ?? "";
    expect(token.length).toBeGreaterThan(20);
    expect(await exported(rep.device, "everything")).not.toContain(token);
  });

  test("with everything holds the log too, and brings in no more than what waits", async () => {
    const { join } = await aFleet();
    const rep = await join("rep");
    await startOrder(rep.device);
    await rep.sync();
    await startOrder(rep.device);
    const text = await exported(rep.device, "everything");
    expect(text.split("\n").filter((line) => line.startsWith('{"events"'))).not.toEqual([]);
    const again = await join("rep");
    expect(await broughtIn(again.device, text)).toEqual({ outcome: "brought-in", fresh: 1, known: 0 });
  });

  test("work without a server comes into any business of its currency, without its settings", async () => {
    const alone = await aLocalDevice();
    const order = await startOrder(alone);
    await addLine(alone, order.stream);
    const text = await exported(alone);
    const fresh = await aLocalDevice();
    expect(await broughtIn(fresh, text)).toMatchObject({ fresh: 2 });
    expect(await findOrder(fresh.db, order.id)).toMatchObject({ mark: "waiting" });
    const { owner } = await aFleet();
    expect(await broughtIn(owner.device, text)).toMatchObject({ fresh: 2 });
    await owner.sync();
    // Without a server nobody can tell who wrote it: a person makes it their own.
    expect(await findOrder(owner.device.db, order.id)).toBeUndefined();
    const unproven = (await listOutbox(owner.device.db)).map(({ seq }) => seq);
    expect(await sendAllAgain(owner.device, unproven)).toEqual({ sent: 2, failed: [] });
    await owner.sync();
    expect(await findOrder(owner.device.db, order.id)).toMatchObject({ mark: "confirmed" });
    expect(await findSettings(owner.device.db)).toMatchObject({ currency: "EUR" });
    const dollars = text.replace('"currency":"EUR"', '"currency":"USD"');
    expect(await checkBackup(owner.device, resealed(dollars))).toMatchObject({ outcome: "other-currency" });
  });
});

/** A file that somebody changed and gave a hash that fits. */
function resealed(text: string): string {
  return withHash(text.trimEnd().split("\n").slice(0, -1));
}

/** The commands in a file, as they are in it. */
function linesOf(text: string): readonly { readonly command?: Readonly<Record<string, unknown>> }[] {
  return text
    .trimEnd()
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line));
}

/** A file with more in it, and a hash that says so: whoever has a file can make one. */
function exportedWith(text: string, more: readonly object[]): string {
  return withHash([...text.trimEnd().split("\n").slice(0, -1), ...more.map((line) => JSON.stringify(line))]);
}

function withHash(lines: readonly string[]): string {
  const hash = createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex");
  return `${[...lines, JSON.stringify({ sha256: hash })].join("\n")}\n`;
}

describe("a file that does not fit is refused, and nothing is changed", () => {
  async function refusals() {
    const { join } = await aFleet();
    const rep = await join("rep");
    const { stream } = await startOrder(rep.device);
    await addLine(rep.device, stream, { name: "Chai" });
    return { rep, text: await exported(rep.device), again: await join("rep") };
  }

  test("[L15] another business's, by its name", async () => {
    const { text, again } = await refusals();
    const other = text.replace(/"workspace":\{"id":"[^"]+"/, `"workspace":{"id":"${uuid(77)}"`);
    expect(await checkBackup(again.device, resealed(other))).toEqual({
      outcome: "other-workspace",
      name: "Quay Street Foods",
    });
  });

  test("cut short anywhere, or with any letter changed", async () => {
    const { text, again } = await refusals();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), fc.boolean(), async (at, isCut) => {
        const letter = text[at] === "x" ? "y" : "x";
        const broken = isCut ? text.slice(0, at) : text.slice(0, at) + letter + text.slice(at + 1);
        expect((await checkBackup(again.device, broken)).outcome).not.toBe("ready");
      }),
      { numRuns: 60 },
    );
    expect(await listOutbox(again.device.db)).toEqual([]);
  });

  test.each([
    ["a command of another kind of thing", /"stream":"order\//, '"stream":"customer/', "newer"],
    ["a command that this build does not know", /"type":"add-line"/, '"type":"add-gift"', "newer"],
    ["a quantity that is none", /"quantity":2/, '"quantity":"many"', "damaged"],
    ["a newer file", '"format":2', '"format":3', "newer"],
    ["no backup file", '"docket":"backup"', '"docket":"other"', "not-a-backup"],
  ])("%s", async (_what, from, to, outcome) => {
    const { text, again } = await refusals();
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(await checkBackup(again.device, resealed(changed))).toMatchObject({ outcome });
  });

  test("the same command twice", async () => {
    const { text, again } = await refusals();
    const [header, first, ...rest] = text.split("\n");
    const twice = [header, first, first, ...rest].join("\n");
    expect(await checkBackup(again.device, resealed(twice))).toMatchObject({ outcome: "damaged", line: 3 });
  });
});

test("[L4] commands that reached the server after they were saved are known, also to a device that began with states", async () => {
  const { owner, join, server } = await aFleet({ statesFrom: 1 });
  const rep = await join("rep");
  await rep.sync();
  const { stream, id } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  await run(rep.device, stream, { type: "place-order", data: {} });
  const text = await exported(rep.device);
  await rep.sync();
  await owner.sync();
  await server.followStates();
  const again = await join("rep");
  await again.sync();
  expect((await findOrder(again.device.db, id))?.order.status).toBe("placed");
  await broughtIn(again.device, text);
  await again.sync();
  expect(await listOutbox(again.device.db)).toEqual([]);
  const ledger = await checkLedger(again.device.db);
  expect(ledger).toMatchObject({ balanced: true });
});
