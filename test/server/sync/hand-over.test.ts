import { afterAll, beforeAll, expect, test } from "vitest";
import type { HandedCommand } from "../../../src/protocol/hand-over-messages.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { proofOf } from "../../../src/protocol/written-by.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import { sha256Hex } from "../../../src/server/sha256-hex.ts";
import type { DeviceRow, Store } from "../../../src/server/store/store.ts";
import { handOver } from "../../../src/server/sync/hand-over.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { drafted, makeHand, newOrder, someTime } from "../support/commands.ts";
import { describeEachStore } from "../support/each-store.ts";
import { deviceRow } from "../support/rows.ts";

/** A workspace with an owner and two reps, and the results of bringing what one of them wrote. */
async function aShop(store: Store) {
  const workspace = newId();
  const tokens = new Map<string, string>();
  const drawn = (more: Partial<DeviceRow>) => {
    const token = newId().replaceAll("-", "").padEnd(43, "x");
    const row = deviceRow({ ...more, tokenHash: sha256Hex(token) });
    tokens.set(row.id, token);
    return row;
  };
  const owner = drawn({ name: "Office", role: "owner", code: "O1" });
  const rep = drawn({ name: "Maria", role: "rep", code: "R1" });
  const other = drawn({ name: "Sam", role: "rep", code: "S1" });
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  await store.inWorkspace(workspace, async (tx) => {
    await tx.insertDevice(rep);
    await tx.insertDevice(other);
  });
  const parts = { store, cache: makeStateCache(), clock: () => new Date("2026-04-01T00:00:00.000Z") };
  const signed = (writer: DeviceRow, command: PushedCommand): HandedCommand => {
    const proven = { ...command, workspace, device: writer.id };
    return { ...command, device: writer.id, proof: proofOf(tokens.get(writer.id) ?? "", proven) };
  };
  const brought = async (bringer: DeviceRow, ...commands: readonly HandedCommand[]) => {
    const caller = { workspace, device: bringer.id, root: bringer.root };
    const answer = await handOver(parts, caller, { cursor: null, now: someTime, commands: [...commands] });
    return "problem" in answer ? [answer.problem] : answer.value.verdicts;
  };
  const log = async () =>
    (await store.inWorkspace(workspace, (tx) => tx.readPage(0, { events: 100, bytes: 1_000_000 }))).map(
      eventOf,
    );
  return { store, workspace, owner, rep, other, signed, brought, log };
}

const accepted = { outcome: "accepted" };
const notProven = { outcome: "refused", problem: { code: "not-proven" } };

describeEachStore("what a device brings of others", (open) => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(() => remove());

  test("[L4] is in the log as its writer's, once, whoever brings it and however often", async () => {
    const shop = await aShop(store);
    const command = shop.signed(shop.rep, newOrder(7, "R1"));
    expect(await shop.brought(shop.other, command)).toMatchObject([accepted]);
    expect(await shop.brought(shop.owner, command)).toMatchObject([{ outcome: "duplicate", positions: [1] }]);
    expect(await shop.log()).toMatchObject([{ device: shop.rep.id, seq: 7, actor: "Maria" }]);
  });

  test("is judged with its writer's role: an owner who brings it gives it no more power", async () => {
    const shop = await aShop(store);
    const price = makeHand("product/TEA").command(1, {
      type: "product-changed",
      schemaVersion: 2,
      data: { changes: { priceMinor: { from: 500, to: 1 } } },
    });
    expect(await shop.brought(shop.owner, shop.signed(shop.rep, price))).toMatchObject([
      { outcome: "refused", problem: { code: "not-allowed" } },
    ]);
    expect(await shop.log()).toEqual([]);
  });

  test.each([
    ["another number of its device", { seq: 8 }],
    ["another time", { at: "2020-01-01T00:00:00.000Z" }],
    ["another stream", { stream: `order/${newId()}` }],
    ["another id", { id: newId() }],
  ])(
    "is refused with %s than its writer signed, and nothing of that is remembered",
    async (_what, change) => {
      const shop = await aShop(store);
      const command = shop.signed(shop.rep, newOrder(7, "R1"));
      expect(await shop.brought(shop.owner, { ...command, ...change })).toMatchObject([notProven]);
      expect(await shop.log()).toEqual([]);
      expect(await shop.brought(shop.owner, command)).toMatchObject([accepted]);
    },
  );

  test("is refused with other events, under another's name, and of a device that has no access any more", async () => {
    const shop = await aShop(store);
    const command = shop.signed(shop.rep, newOrder(7, "R1"));
    const [event] = command.events;
    if (event === undefined) throw new Error("expected an event");
    const altered = { ...command, events: [{ ...event, data: drafted("R1-99").data }] };
    expect(await shop.brought(shop.owner, altered)).toMatchObject([notProven]);
    expect(await shop.brought(shop.rep, { ...command, device: shop.owner.id })).toMatchObject([notProven]);
    expect(await shop.brought(shop.rep, { ...command, device: newId() })).toMatchObject([notProven]);
    await shop.store.inWorkspace(shop.workspace, (tx) =>
      tx.updateLineage(shop.rep.root, { revokedAt: someTime }),
    );
    expect(await shop.brought(shop.owner, command)).toMatchObject([notProven]);
    expect(await shop.brought(shop.rep, command)).toMatchObject([{ code: "revoked" }]);
    expect(await shop.log()).toEqual([]);
  });

  test("[L7] one that is refused stops none of another device's", async () => {
    const shop = await aShop(store);
    const good = shop.signed(shop.rep, newOrder(7, "R1"));
    const bad = { ...shop.signed(shop.other, newOrder(7, "S1")), proof: "0".repeat(64) };
    const verdicts = await shop.brought(shop.owner, bad, good);
    expect(verdicts).toEqual([
      expect.objectContaining({
        command: bad.id,
        ...notProven,
        problem: expect.objectContaining(notProven.problem),
      }),
      expect.objectContaining({ command: good.id, ...accepted }),
    ]);
  });
});
