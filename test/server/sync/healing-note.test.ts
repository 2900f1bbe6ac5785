import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, restoreIdOf } from "../../../src/protocol/ids.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { chain } from "../../../src/server/sync/healing.ts";
import { aRestoredShop, headOf, known, refused, restored } from "../support/a-restored-shop.ts";
import { newOrder, withId } from "../support/commands.ts";
import { describeEachStore } from "../support/each-store.ts";
import { deviceRow } from "../support/rows.ts";

describeEachStore("a restored server", (open) => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(() => remove());

  test("[L14] a device that uses the id of the restore's note first does not keep it from being noted", async () => {
    const shop = await aRestoredShop(store);
    await shop.pushed(newOrder(1));
    const common = await headOf(shop.log);
    const held = await shop.lost(newId(), newOrder(1, "M4"));
    expect(await shop.pushed(withId(newOrder(2), restoreIdOf(common.hash)))).toMatchObject([
      { outcome: "accepted" },
    ]);
    expect(await shop.giveBack(held, { common })).toMatchObject([restored]);
    const types = (await shop.log()).map(({ type }) => type);
    expect(types.filter((type) => type === "informative/history-restored")).toHaveLength(1);
  });

  test("[L14] a restore is noted once, before what came back, however many devices give back, and how far they came", async () => {
    const shop = await aRestoredShop(store);
    const rep = deviceRow({ code: "M4", role: "rep" });
    await store.inWorkspace(shop.workspace, (tx) => tx.insertDevice(rep));
    await shop.pushed(newOrder(1));
    const common = await headOf(shop.log);
    const [one, two, three] = await shop.lost(
      newId(),
      newOrder(1, "M5"),
      newOrder(2, "M5"),
      newOrder(3, "M5"),
    );
    if (one === undefined || two === undefined || three === undefined) throw new Error();
    expect(await shop.giveBack([one], { common, head: 2, device: rep.id })).toMatchObject([restored]);
    // Nothing behind the restored position has its old hash: who knew more has the same position in common.
    const asked = await chain(shop.parts, shop.caller, [1, 2, 3, 50]);
    if ("problem" in asked) throw new Error();
    expect(asked.value.ends.map(({ position }) => position)).toEqual([1, 2, 3, 3]);
    const old = [one, two, three].map(({ events }) => events.at(-1)?.hash);
    expect(asked.value.ends.filter(({ hash }) => old.includes(hash))).toEqual([]);
    expect(await shop.giveBack([one, two], { common, head: 4 })).toMatchObject([known, restored]);
    expect(await shop.giveBack([three], { common, head: 4 })).toMatchObject([restored]);

    const events = (await shop.log()).map(eventOf);
    const noted = events.filter(({ type }) => type === "informative/history-restored");
    expect(noted).toMatchObject([
      {
        position: 2,
        stream: `workspace/${shop.workspace}`,
        version: 1,
        schemaVersion: 2,
        recordedAt: "2026-04-01T00:00:00.000Z",
        data: { commonPosition: 1, lostHead: 2, noticedBy: rep.id },
      },
    ]);
    expect(events).toHaveLength(5);
  });

  test("[L14] the note of a restore says no more of the lost log than what was brought", async () => {
    const shop = await aRestoredShop(store);
    const held = await shop.lost(newId(), newOrder(1, "S3"), newOrder(2, "S3"));
    expect(await shop.giveBack(held, { head: Number.MAX_SAFE_INTEGER })).toMatchObject([restored, restored]);
    const [note] = (await shop.log()).map(eventOf);
    expect(note).toMatchObject({ schemaVersion: 2, data: { commonPosition: 0, lostHead: 2 } });
  });

  test("[L14] a second restore, from another backup, is noted too", async () => {
    const shop = await aRestoredShop(store);
    for (const seq of [1, 2]) {
      expect(await shop.giveBack(await shop.lost(newId(), newOrder(seq)))).toMatchObject([restored]);
    }
    const types = (await shop.log()).map(({ type }) => type);
    const noted = "informative/history-restored";
    expect(types).toEqual([noted, "order-drafted", noted, "order-drafted"]);
  });

  test("where nothing comes back nothing is noted", async () => {
    const shop = await aRestoredShop(store);
    const held = await shop.lost(newId(), newOrder(1));
    const forged = held.map(({ events }) => ({
      events: events.map((event) => ({ ...event, actor: "Eve" })),
    }));
    expect(await shop.giveBack(forged)).toMatchObject([refused("bad-seal")]);
    expect(await shop.log()).toEqual([]);
  });
});
