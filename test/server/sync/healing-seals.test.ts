import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { formerSealOf } from "../../../src/server/accept/chain-text.ts";
import { type EventRow, eventOf } from "../../../src/server/accept/event-row.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { aRestoredShop, type Held, refused, restored } from "../support/a-restored-shop.ts";
import { drafted, lineAdded, makeOrderHand, newOrder } from "../support/commands.ts";
import { describeEachStore } from "../support/each-store.ts";

/** An event as the server keeps it. */
function eventRow({ data, causation, hash, seal, ...rest }: LogEvent): EventRow {
  const dataText = canonicalJson(data);
  return { ...rest, dataText, causation: causation ?? null, hash: hash ?? null, seal: seal ?? null };
}

describeEachStore("a restored server", (open) => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(() => remove());

  test("[L14] what was altered, cut, put together or sealed elsewhere is refused", async () => {
    const shop = await aRestoredShop(store);
    const other = await aRestoredShop(store);
    const hand = makeOrderHand();
    const held = await shop.lost(
      newId(),
      hand.command(1, drafted("M4-1"), lineAdded("TEA", 2)),
      hand.command(2, lineAdded("OIL")),
    );
    const [command, next] = held.map(({ events }) => events);
    if (command?.[0] === undefined || command[1] === undefined || next?.[0] === undefined) throw new Error();
    const alter = (over: Partial<LogEvent>) => ({
      events: command.map((event) => ({ ...event, ...over })),
    });
    const forged: readonly Held[] = [
      { events: [{ ...command[0], data: { ...(command[0].data as object), note: "x" } }, command[1]] },
      { events: [command[0]] },
      { events: [{ ...command[0], seal: command[1].seal ?? "" }] },
      { events: [...command, next[0]] },
      alter({ actor: "Eve" }),
      alter({ recordedAt: "2026-03-02T00:00:00.000Z" }),
      alter({ device: newId() }),
      alter({ seq: 9 }),
      { events: [command[0], { ...command[1], seal: "ab".repeat(32) }] },
    ];
    for (const one of forged) {
      expect(await shop.giveBack([one])).toMatchObject([
        refused(expect.stringMatching(/^(bad-seal|invalid-event)$/)),
      ]);
    }
    expect(await other.giveBack(held.slice(0, 1))).toMatchObject([refused("bad-seal")]);
    expect(await shop.log()).toEqual([]);
    expect(await shop.giveBack(held.slice(0, 1))).toMatchObject([restored]);
  });

  test("what no JSON can say is refused as such, not answered as a fault of the server", async () => {
    const shop = await aRestoredShop(store);
    const [held] = await shop.lost(newId(), newOrder(1));
    const [event] = held?.events ?? [];
    if (event === undefined) throw new Error();
    for (const data of [{ note: Number.POSITIVE_INFINITY }, { note: "\ud800" }, undefined])
      expect(await shop.giveBack([{ events: [{ ...event, data }] }])).toMatchObject([
        refused("invalid-event"),
      ]);
  });

  test.each([
    ["its clock's offset", { clockOffsetMs: -315_360_000_000 }],
    ["its trace", { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` }],
  ])("[L14] whoever gives a command back cannot change %s: the seal covers it", async (_what, change) => {
    const shop = await aRestoredShop(store);
    const [held] = await shop.lost(newId(), newOrder(1, "S1"));
    if (held === undefined) throw new Error("expected a command");
    const changed = { events: held.events.map((event) => ({ ...event, ...change })) };
    expect(await shop.giveBack([changed])).toMatchObject([refused("bad-seal")]);
    expect(await shop.log()).toEqual([]);
    expect(await shop.giveBack([held])).toMatchObject([restored]);
  });

  test("[L14] of a command that a former build sealed, what its seal leaves out is not the bringer's word", async () => {
    const shop = await aRestoredShop(store);
    const [held] = await shop.lost(newId(), newOrder(1, "S2"));
    const [event] = held?.events ?? [];
    if (event === undefined) throw new Error("expected an event");
    const sealing = { key: store.installation.sealKey, workspace: shop.workspace };
    const seal = formerSealOf([eventRow(event)], sealing);
    const claimed = { ...event, seal, clockOffsetMs: -315_360_000_000 };
    expect(await shop.giveBack([{ events: [claimed] }])).toMatchObject([restored]);
    const [, back] = (await shop.log()).map(eventOf);
    expect(back).toMatchObject({ id: event.id, at: event.at, clockOffsetMs: 0 });
    expect(back?.traceparent).not.toBe(event.traceparent);
  });
});
