import { expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { type EventRow, eventJson } from "../../../src/server/accept/event-row.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { makeLogTail, type TailLimits } from "../../../src/server/sync/log-tail.ts";
import { pull, pullKept } from "../../../src/server/sync/pull.ts";
import { makeLuck } from "../../support/luck.ts";
import { someTime } from "../support/commands.ts";
import { deviceRow, eventRow, roomy, rowsOf } from "../support/rows.ts";
import { storeWith } from "../support/store-with.ts";

const some: TailLimits = { events: 40, bytes: 60_000, bytesOfAll: 100_000 };

/** A log on a store, with a tail of it, and how often a page was read from the store. */
async function aLog(bounds: TailLimits = some) {
  const [workspace, owner] = [newId(), deviceRow()];
  const memory = makeMemoryStore();
  await memory.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  let pages = 0;
  const counted = (store: Store) =>
    storeWith(store, (tx) => ({
      readPage: (after, limits) => {
        pages += 1;
        return tx.readPage(after, limits);
      },
    }));
  const tail = makeLogTail(memory, bounds);
  /** Appends a command of so many events, as this process (told) or as another one. */
  const append = async (store: Store, count: number, over: Partial<EventRow> = {}) => {
    const { position } = await store.inWorkspace(workspace, (tx) => tx.readHead());
    const hash = newId().replaceAll("-", "").padEnd(64, "0");
    const rows = Array.from({ length: count }, (_, index) =>
      eventRow(position + index + 1, index === count - 1 ? { hash, ...over } : { hash: null, seal: null }),
    );
    await store.inWorkspace(workspace, (tx) => tx.append(rowsOf(rows)));
    return { kind: "head", workspace, head: position + count, rows } as const;
  };
  const tell = async (count: number, over: Partial<EventRow> = {}) =>
    memory.announce(await append(memory, count, over));
  /** Asks as a device does that has come to a position, and as one does for whom nothing is kept. */
  const asked = async (store: Store, position: number, limits = roomy) => {
    const hash = await store.inWorkspace(workspace, (tx) => tx.findHashAt(position));
    const cursor = position === 0 ? cursorStart : { position, hash: hash ?? "" };
    const request = { workspace, device: owner.id, cursor, limits };
    const plain = await pull(store, request);
    if (plain.outcome !== "page") throw new Error("expected a page");
    const expected = { ...plain, rows: plain.rows.map(eventJson) };
    const kept = await pullKept(counted(store), tail, request);
    const found = kept.outcome === "page" ? { ...kept, rows: kept.rows.map(({ text }) => text) } : kept;
    return { found, expected };
  };
  return { workspace, memory, tail, append, tell, asked, pages: () => pages };
}

test("[L5] the kept tail answers what the store would, whatever was told, missed and told out of turn", async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const luck = makeLuck(seed);
    const log = await aLog();
    const late: Awaited<ReturnType<typeof log.append>>[] = [];
    const ends = [0];
    for (let step = 0; step < 60; step += 1) {
      const wake = await log.append(log.memory, luck.between(1, 4));
      ends.push(wake.head);
      const chance = luck.draw();
      if (chance < 0.7) log.memory.announce(wake);
      else if (chance < 0.8) late.push(wake);
      if (luck.draw() < 0.2) for (const each of late.splice(0)) log.memory.announce(each);
      const position = ends.at(-luck.between(1, Math.min(ends.length, 12))) ?? 0;
      const limits = { events: luck.between(1, 30), bytes: luck.between(1, 20_000) };
      const { found, expected } = await log.asked(log.memory, position, limits);
      expect(found, `seed ${seed}`).toEqual(expected);
    }
    // Some of it came from the store, and some did not.
    expect(log.pages(), `seed ${seed}`).toBeGreaterThan(0);
    expect(log.pages(), `seed ${seed}`).toBeLessThan(55);
  }
});

test("what this process has committed, and what one device has read, the next one gets without a page of the store", async () => {
  const log = await aLog();
  await log.tell(2);
  await log.tell(3);
  expect((await log.asked(log.memory, 0)).found.outcome).toBe("page");
  expect((await log.asked(log.memory, 5)).found).toMatchObject({ head: 5, rows: [] });
  expect(log.pages()).toBe(0);
  // Another process's, which nobody tells.
  await log.append(log.memory, 1);
  for (let device = 0; device < 3; device += 1) {
    const { found, expected } = await log.asked(log.memory, 2);
    expect(found).toEqual(expected);
  }
  expect(log.pages()).toBe(1);
});

test("[L14] a log that was set back is read from the store, and what comes to it then is kept again", async () => {
  const log = await aLog();
  await log.tell(1);
  const backup = log.memory.copy();
  for (let count = 0; count < 3; count += 1) await log.tell(1);
  // The same position, after which something else has happened.
  await log.append(backup, 1);
  for (const position of [0, 1, 2]) {
    const { found, expected } = await log.asked(backup, position);
    expect(found).toEqual(expected);
  }
  const before = log.pages();
  log.memory.announce(await log.append(backup, 2));
  for (const position of [1, 2]) {
    const { found, expected } = await log.asked(backup, position);
    expect(found).toEqual(expected);
  }
  expect(log.pages()).toBe(before);
});

test("[L16] only the newest events are kept, of one log and of all together", async () => {
  const log = await aLog({ events: 3, bytes: 60_000, bytesOfAll: 100_000 });
  for (let count = 0; count < 5; count += 1) await log.tell(1);
  await log.asked(log.memory, 2);
  expect(log.pages()).toBe(0);
  await log.asked(log.memory, 1);
  expect(log.pages()).toBe(1);
  const large = await aLog({ events: 1_000, bytes: 20_000, bytesOfAll: 100_000 });
  await large.tell(1, { dataText: JSON.stringify("x".repeat(6_000)) });
  await large.tell(1, { dataText: JSON.stringify("x".repeat(6_000)) });
  await large.asked(large.memory, 1);
  expect(large.pages()).toBe(0);
  await large.asked(large.memory, 0);
  expect(large.pages()).toBe(1);
  // Other logs that are written push out the one that was longest without a reader.
  for (let other = 0; other < 10; other += 1)
    large.tail.keep(newId(), [eventRow(1, { dataText: JSON.stringify("x".repeat(6_000)) })]);
  await large.asked(large.memory, 1);
  expect(large.pages()).toBe(2);
});
