import * as v from "valibot";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { findProductStream } from "../../../src/domain/stream-key.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { type PushedCommand, syncRequestSchema } from "../../../src/protocol/sync-messages.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import type { Store, TokenOwner } from "../../../src/server/store/store.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import {
  customerAdded,
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  placed,
} from "../../server/support/commands.ts";

const products = 1_000;
const customers = 2_000;
/** Orders that are still open when the log ends. */
const openOrders = 500;
/** Drafted, seven lines, placed, shipped. */
const linesPerOrder = 7;
const eventsPerOrder = linesPerOrder + 3;

/**
 * Fills a workspace's log with the years of a business, by the server's own judging and storing, in pushes of 200
 * commands: products, customers, then orders, nearly all of them shipped. Tells how many events there are in the end.
 */
export async function fillLog(
  store: Store,
  caller: TokenOwner,
  events: number,
  tell: (events: number) => void,
): Promise<number> {
  const cache = makeStateCache();
  let seq = 1_000;
  let count = 0;
  let waiting: PushedCommand[] = [];
  const send = async () => {
    const request = {
      ...caller,
      cursor: cursorStart,
      serverTime: new Date().toISOString(),
      clockOffsetMs: 0,
    };
    const asked = { cursor: null, lastSeq: seq, now: request.serverTime, commands: waiting };
    const { commands } = v.parse(syncRequestSchema, JSON.parse(JSON.stringify(asked)));
    const ended = await push(store, cache, { ...request, commands: commands.map(prepareCommand) });
    const isStored =
      ended.outcome === "judged" && ended.verdicts.every(({ outcome }) => outcome === "accepted");
    if (!isStored)
      throw new Error(`expected all to be accepted, found ${JSON.stringify(ended).slice(0, 500)}`);
    count += waiting.reduce((sum, command) => sum + command.events.length, 0);
    waiting = [];
    tell(count);
  };
  const add = async (command: PushedCommand) => {
    waiting.push(command);
    if (waiting.length >= 200) await send();
  };
  const next = () => {
    seq += 1;
    return seq;
  };
  for (let index = 0; index < products; index += 1) {
    const stream = findProductStream(skuOf(index)) ?? "";
    await add(makeHand(stream).command(next(), productAdded(index)));
  }
  for (let index = 0; index < customers; index += 1) {
    const hand = makeHand(`customer/${newId()}`);
    await add(hand.command(next(), customerAdded(`Customer ${index}`)));
  }
  const orders = Math.max(openOrders, Math.floor((events - products - customers) / eventsPerOrder));
  for (let index = 0; index < orders; index += 1) {
    const hand = makeOrderHand();
    const lines = Array.from({ length: linesPerOrder }, (_, line) =>
      lineAdded(skuOf((index * 31 + line * 7) % products), 1 + (index % 9)),
    );
    await add(hand.command(next(), drafted(`M1-${index + 1}`), ...lines));
    await add(hand.command(next(), placed(hand)));
    if (index < orders - openOrders) await add(hand.command(next(), shipped));
  }
  await send();
  return count;
}

function skuOf(index: number): string {
  return `SKU-${String(index).padStart(4, "0")}`;
}

function productAdded(index: number): KnownEvent {
  return {
    type: "product-added",
    schemaVersion: 2,
    data: {
      sku: skuOf(index),
      name: `Product ${index}`,
      category: `Shelf ${index % 20}`,
      unit: "box",
      priceMinor: 100 + index,
      taxPpm: 190_000,
      barcodes: [],
      minQuantity: 1,
      stepQuantity: 1,
      reorderLevel: 0,
      archived: false,
    },
  };
}

const shipped: KnownEvent = {
  type: "order-shipped",
  schemaVersion: 1,
  data: { shippedOn: "2026-03-02" },
};
