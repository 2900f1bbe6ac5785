import { afterAll, beforeAll, expect, test } from "vitest";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import type { OrderState } from "../../../src/domain/order/order-state.ts";
import { derivedId, eventIdOf, newId } from "../../../src/protocol/ids.ts";
import type { Store } from "../../../src/server/store/store.ts";
import {
  customerAdded,
  drafted,
  type Hand,
  lineAdded,
  makeHand,
  makeOrderHand,
  newOrder,
} from "../support/commands.ts";
import { describeEachStore } from "../support/each-store.ts";
import { aWarehouse, cancelled, shipped } from "./a-warehouse.ts";

describeEachStore("inventory", (open) => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(() => remove());

  test("puts goods aside for an order that is placed, and says so to it", async () => {
    const shop = await aWarehouse(store);
    await shop.count("tea", 10);
    const order = await shop.place("K7-1", { TEA: 4, OIL: 2 });
    await shop.consume();
    expect(await shop.answer(order)).toEqual({
      type: "stock-allocated",
      cause: "placed",
      // Nobody counts the oil.
      lines: [{ sku: "TEA", wanted: 4, reserved: 4, ahead: [] }],
    });
    expect(await shop.level("tea")).toEqual({ sku: "TEA", onHand: 10, counts: 1, receivedSinceCount: 0 });
  });

  test("[L10] two orders for the last three pieces both stay; the second is told how much it lacks, and who came first", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 3);
    await shop.place("K7-41", { TEA: 2 });
    await shop.place("M2-9", { TEA: 1 });
    const late = await shop.place("K7-42", { TEA: 3 });
    await shop.consume();
    expect((await shop.answer(late))?.lines).toEqual([
      {
        sku: "TEA",
        wanted: 3,
        reserved: 0,
        ahead: [
          expect.objectContaining({ number: "M2-9", quantity: 1 }),
          expect.objectContaining({ number: "K7-41", quantity: 2 }),
        ],
      },
    ]);
  });

  test("gives what comes in, or is free again, to the order that has waited longest", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 2);
    const first = await shop.place("K7-1", { TEA: 2 });
    const second = await shop.place("K7-2", { TEA: 3 });
    const third = await shop.place("K7-3", { TEA: 2 });
    await shop.receive("TEA", 1);
    await shop.consume();
    expect(await shop.answer(second)).toMatchObject({ cause: "received", lines: [{ reserved: 1 }] });
    await shop.pushed(first.command(shop.next(), cancelled));
    await shop.consume();
    expect(await shop.answer(first)).toEqual({
      type: "stock-released",
      lines: [{ sku: "TEA", quantity: 2 }],
    });
    expect(await shop.answer(second)).toMatchObject({ cause: "freed", lines: [{ reserved: 3 }] });
    expect(await shop.answer(third)).toMatchObject({ cause: "placed", lines: [{ reserved: 0 }] });
  });

  test("books out what an order has when it ships", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 5);
    const order = await shop.place("K7-1", { TEA: 4 });
    const short = await shop.place("K7-2", { TEA: 4 });
    await shop.pushed(order.command(shop.next(), shipped), short.command(shop.next(), shipped));
    await shop.consume();
    expect(await shop.answer(order)).toEqual({
      type: "stock-issued",
      lines: [{ sku: "TEA", quantity: 4 }],
    });
    // It went out with more than was on record: only what it had is booked out.
    expect((await shop.answer(short))?.lines).toEqual([{ sku: "TEA", quantity: 1 }]);
    expect(await shop.level("TEA")).toMatchObject({ onHand: 0 });
  });

  test("follows a placed order that is amended", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 5);
    await shop.count("OIL", 1);
    const order = await shop.place("K7-1", { TEA: 5 });
    const waiting = await shop.place("K7-2", { TEA: 2 });
    await shop.pushed(order.command(shop.next(), quantityChanged(order, 3)));
    await shop.consume();
    expect(await shop.answer(order)).toMatchObject({
      cause: "amended",
      lines: [{ wanted: 3, reserved: 3 }],
    });
    expect(await shop.answer(waiting)).toMatchObject({ cause: "freed", lines: [{ reserved: 2 }] });
  });

  test("puts goods aside for what is added to a placed order in which nothing was goods before, and not before it is placed", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 5);
    const order = await shop.place("K7-1", { "сервисный сбор": 1 });
    const draft = makeOrderHand();
    await shop.pushed(draft.command(shop.next(), drafted("K7-2"), lineAdded("TEA", 4)));
    await shop.pushed(order.command(shop.next(), lineAdded("TEA", 2)));
    await shop.consume();
    expect(await shop.answer(order)).toMatchObject({
      cause: "amended",
      lines: [{ sku: "TEA", wanted: 2, reserved: 2 }],
    });
    expect(await shop.answer(draft)).toBeUndefined();
  });

  test("takes back from the last to come when a count says that there is less", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 5);
    const first = await shop.place("K7-1", { TEA: 3 });
    const second = await shop.place("K7-2", { TEA: 2 });
    await shop.count("TEA", 4);
    await shop.consume();
    expect(await shop.answer(first)).toMatchObject({ lines: [{ reserved: 3 }] });
    expect(await shop.answer(second)).toMatchObject({
      cause: "counted",
      lines: [{ reserved: 1, ahead: [{ number: "K7-1", quantity: 3 }] }],
    });
  });

  test("a device that uses the ids of what inventory has yet to say keeps it from nothing, also when it is set back", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 3);
    const order = await shop.place("K7-1", { TEA: 2 });
    const placing = (await shop.log()).findLast(({ type }) => type === "order-placed");
    const last = newOrder(9, "M2");
    const names = [
      [placing?.id, "reaction/0"],
      // Behind this one, the last of the page and the answer to the order.
      [last.events[0]?.id, `levels/${(await shop.log()).length + 4}`],
    ];
    for (const [source, name] of names) {
      const id = derivedId(`inventory/${source}`, `${name}`);
      const hand = makeHand(`customer/${newId()}`);
      const { events, ...command } = hand.command(shop.next(), customerAdded("Ada"));
      const own = events.map((event, index) => ({ ...event, id: eventIdOf(id, index) }));
      await shop.pushed({ ...command, id, events: own });
    }
    await shop.pushed({ ...last, seq: shop.next() });
    await shop.consume();
    expect(await shop.answer(order)).toMatchObject({ lines: [{ sku: "TEA", wanted: 2, reserved: 2 }] });
    expect(await shop.level("TEA")).toMatchObject({ onHand: 3 });
    const log = await shop.log();
    await shop.reset();
    await shop.consume();
    expect(await shop.log()).toEqual(log);
  });

  test("[L4] what it has read already changes nothing, and set back to the start it finds what it said", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 3);
    const order = await shop.place("K7-1", { TEA: 2 });
    await shop.place("K7-2", { TEA: 2 });
    await shop.consume();
    await shop.receive("TEA", 1);
    await shop.pushed(order.command(shop.next(), shipped));
    await shop.consume();
    const before = await shop.log();
    await shop.consume();
    expect(await shop.reset()).toEqual({ value: true });
    await shop.consume();
    expect(await shop.log()).toEqual(before);
  });

  test("[L5] its events follow the log without a hole, under the trace of what caused them", async () => {
    const shop = await aWarehouse(store);
    await shop.count("TEA", 3);
    await shop.place("K7-1", { TEA: 2 });
    await shop.consume();
    const log = await shop.log();
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
    const said = await shop.said();
    expect(said.map(({ type }) => type)).toEqual(["stock-allocated", "stock-level-changed"]);
    for (const event of said) {
      const cause = log.find(({ id }) => id === event.causation);
      expect(event.traceparent.split("-")[1]).toBe(cause?.traceparent.split("-")[1]);
      expect(event.traceparent).not.toBe(cause?.traceparent);
      expect(event.hash).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

/** The first line of a hand's order is set to a quantity. */
function quantityChanged(hand: Hand, to: number): KnownEvent {
  const order = hand.state() as OrderState;
  const line = order.status === "none" ? undefined : order.lines[0];
  if (line === undefined) throw new Error("expected an order with a line");
  const data = { lineId: line.lineId, from: line.quantity, to };
  return { type: "line-quantity-changed", schemaVersion: 1, data };
}
