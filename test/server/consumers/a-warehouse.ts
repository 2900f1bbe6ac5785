import { expect } from "vitest";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { findSkuId } from "../../../src/domain/stream-key.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { consumePage, resetConsumer } from "../../../src/server/consumers/consume-page.ts";
import { makeInventory } from "../../../src/server/consumers/inventory/inventory.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import {
  drafted,
  type Hand,
  lineAdded,
  makeHand,
  makeOrderHand,
  placed,
  someTime,
} from "../support/commands.ts";
import { serverTime } from "../support/judging.ts";
import { deviceRow } from "../support/rows.ts";

export const clock = () => new Date(serverTime);

/** A shop with a warehouse: an owner who pushes, and inventory that reads when it is told to. */
export async function aWarehouse(store: Store) {
  const workspace = newId();
  const owner = deviceRow();
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  const caller = { workspace, device: owner.id, root: owner.id };
  const cache = makeStateCache();
  const inventory = makeInventory(store.installation.sealKey);
  const hands = new Map<string, Hand>();
  const handOn = (stream: string) => {
    const hand = hands.get(stream) ?? makeHand(stream);
    hands.set(stream, hand);
    return hand;
  };
  let seq = 0;
  const next = () => {
    seq += 1;
    return seq;
  };
  const pushed = async (...commands: readonly PushedCommand[]) => {
    const request = { workspace, device: owner.id, cursor: cursorStart, serverTime, clockOffsetMs: 0 };
    const ended = await push(store, cache, { ...request, commands: commands.map(prepareCommand) });
    const verdicts = ended.outcome === "judged" ? ended.verdicts : [ended.problem];
    expect(verdicts).toEqual(commands.map(() => expect.objectContaining({ outcome: "accepted" })));
  };
  const stock = (type: "stock-counted" | "stock-received", sku: string, quantity: number) => {
    const event: KnownEvent = { type, schemaVersion: 1, data: { sku, quantity } };
    return pushed(handOn(`stock/${findSkuId(sku)}`).command(next(), event));
  };
  const log = () =>
    store.inWorkspace(workspace, (tx) => tx.readPage(0, { events: 100_000, bytes: 1_000_000_000 }));
  const consume = async () => {
    for (;;) {
      const page = await consumePage(store, inventory, workspace, clock);
      if (page.outcome === "busy") throw new Error("expected nobody else at work");
      expect(page.aside).toEqual([]);
      if (page.isEnd) return;
    }
  };
  return {
    workspace,
    owner,
    caller,
    inventory,
    pushed,
    next,
    log,
    consume,
    count: (sku: string, quantity: number) => stock("stock-counted", sku, quantity),
    receive: (sku: string, quantity: number) => stock("stock-received", sku, quantity),
    reset: () => resetConsumer(store, caller, inventory),
    /** Places an order of these quantities by SKU, under a number; answers its hand, for what becomes of it. */
    place: async (number: string, lines: Readonly<Record<string, number>>) => {
      const hand = makeOrderHand();
      const added = Object.entries(lines).map(([sku, quantity]) => lineAdded(sku, quantity));
      await pushed(hand.command(next(), drafted(number), ...added));
      await pushed(hand.command(next(), placed(hand)));
      return hand;
    },
    /** What inventory says to an order now: per SKU what it has of what it wants, and who came first. */
    answer: async (hand: Hand) => {
      const own = (await log()).filter(
        ({ stream }) => stream === hand.stream.replace("order/", "allocation/"),
      );
      const last = own.at(-1);
      return last === undefined ? undefined : { type: last.type, ...(JSON.parse(last.dataText) as Said) };
    },
    /** What inventory says is there of a SKU. */
    level: async (sku: string) => {
      const own = (await log()).filter(({ stream }) => stream === `level/${findSkuId(sku)}`);
      const last = own.at(-1);
      return last === undefined ? undefined : (JSON.parse(last.dataText) as { readonly onHand: number });
    },
    /** Its events. */
    said: async (): Promise<readonly EventRow[]> =>
      (await log()).filter(({ causation }) => causation !== null),
  };
}

interface Said {
  readonly cause?: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly wanted?: number;
    readonly reserved?: number;
    readonly quantity?: number;
    readonly ahead?: readonly { readonly number: string; readonly quantity: number }[];
  }[];
}

/** An order is shipped. */
export const shipped: KnownEvent = {
  type: "order-shipped",
  schemaVersion: 1,
  data: { shippedOn: "2026-03-02" },
};
/** An order is cancelled. */
export const cancelled: KnownEvent = { type: "order-cancelled", schemaVersion: 2, data: { note: "" } };
