import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Device } from "../../src/device/device.ts";
import { exportBackup } from "../../src/device/export-backup.ts";
import { bringIn, checkBackup } from "../../src/device/import-backup.ts";
import { checkLedger } from "../../src/device/ledger.ts";
import { readStreamEvents } from "../../src/device/log.ts";
import { countOrders, findOrder, findSettings, listOutbox } from "../../src/device/queries.ts";
import { sendAllAgain } from "../../src/device/resolve-many.ts";
import type { BackupHeader } from "../../src/protocol/backup-file.ts";
import { addLine, aLocalDevice, run, startOrder } from "../device/a-device.ts";
import { uuid } from "../domain/builders.ts";
import { aFleet, type Member } from "./a-fleet.ts";

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

  test("of a device that still has access: its orders wait for a new number, and happen once, wherever they go up", async () => {
    const { owner, join } = await aFleet();
    const rep = await join("rep");
    const { stream } = await startOrder(rep.device);
    await addLine(rep.device, stream);
    const again = await join("rep");
    await broughtIn(again.device, await exported(rep.device));
    await again.sync();
    const parked = (await listOutbox(again.device.db)).filter(({ state }) => state === "parked");
    expect(parked).toMatchObject([{ parked: { why: "refused", problem: { code: "number-taken" } } }]);
    expect(
      await sendAllAgain(
        again.device,
        parked.map(({ seq }) => seq),
      ),
    ).toEqual({ sent: 1, failed: [] });
    await again.sync();
    await again.sync();
    // Where it came from it was only away: what it brings is there already.
    await rep.sync();
    await rep.sync();
    await owner.sync();
    expect(await countOrders(owner.device.db)).toMatchObject({ draft: 1 });
    const order = await owner.device.db.streams.get(stream);
    expect(order?.confirmed.state).toMatchObject({ number: `${again.device.identity().code}-1` });
    // There the order's beginning waits for a person, who sees that the order is there.
    const [left] = await listOutbox(rep.device.db);
    expect(left).toMatchObject({ parked: { why: "rejected", rejection: { reason: "order-exists" } } });
    for (const { device } of [rep, again]) expect((await checkLedger(device.db)).balanced).toBe(true);
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
    expect(await findOrder(owner.device.db, order.id)).toMatchObject({ mark: "confirmed" });
    expect(await findSettings(owner.device.db)).toMatchObject({ currency: "EUR" });
    const dollars = text.replace('"currency":"EUR"', '"currency":"USD"');
    expect(await checkBackup(owner.device, resealed(dollars))).toMatchObject({ outcome: "other-currency" });
  });
});

/** A file that somebody changed and gave a hash that fits. */
function resealed(text: string): string {
  const lines = text.trimEnd().split("\n").slice(0, -1);
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
