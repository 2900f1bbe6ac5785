import type { KnownEvent } from "../../../src/domain/kinds.ts";
import {
  drafted,
  type Hand,
  lineAdded,
  makeHand,
  makeOrderHand,
  placed,
} from "../../server/support/commands.ts";
import { makeLuck } from "../../support/luck.ts";
import type { ProtocolClient } from "../../support/protocol-client.ts";

/** What a shop sells in these runs. */
const skus = Array.from({ length: 20 }, (_, index) => `TEA-${index + 1}`);

/** Somebody who sells, ships, cancels, amends and receives, by a seed. */
export interface Seller {
  /** Counts every product once. */
  readonly openStock: (quantity: number) => Promise<void>;
  /** Places so many orders with one request, and lets something become of earlier ones. Answers how many it placed. */
  readonly sell: (orders: number) => Promise<number>;
}

/** Most commands of a request. */
const commandsMax = 200;

export function makeSeller(client: ProtocolClient, seed: number): Seller {
  const { draw: luck, between, oneOf: pick } = makeLuck(seed);
  const open: Hand[] = [];
  const stocks = new Map<string, Hand>();
  let seq = 0;
  const next = () => {
    seq += 1;
    return seq;
  };
  const stock = (sku: string, type: "stock-counted" | "stock-received", quantity: number) => {
    const hand = stocks.get(sku) ?? makeHand(`stock/${sku}`);
    stocks.set(sku, hand);
    return hand.command(next(), { type, schemaVersion: 1, data: { sku, quantity } });
  };
  const push = async (commands: Parameters<ProtocolClient["push"]>[0]) => {
    for (let start = 0; start < commands.length; start += commandsMax) {
      const verdicts = await client.push(commands.slice(start, start + commandsMax));
      const bad = verdicts.find(({ outcome }) => outcome !== "accepted");
      if (bad !== undefined) throw new Error(`expected to be accepted, found ${JSON.stringify(bad)}`);
    }
  };
  return {
    openStock: (quantity) => push(skus.map((sku) => stock(sku, "stock-counted", quantity))),
    sell: async (orders) => {
      const commands = [];
      for (let n = 0; n < orders; n += 1) {
        const hand = makeOrderHand();
        const lines = Array.from({ length: 3 }, () => lineAdded(pick(skus), between(1, 5)));
        commands.push(hand.command(next(), drafted(`K${seed}-${seq}`), ...lines));
        commands.push(hand.command(next(), placed(hand)));
        open.push(hand);
        const share = luck();
        if (share < 0.6) commands.push(ended(open.splice(between(0, open.length - 1), 1), shippedNow, next));
        else if (share < 0.7)
          commands.push(ended(open.splice(between(0, open.length - 1), 1), cancelledNow, next));
        else if (share < 0.75) commands.push(pick(open).command(next(), lineAdded(pick(skus), 2)));
        if (luck() < 0.15) commands.push(stock(pick(skus), "stock-received", 40));
      }
      await push(commands);
      return orders;
    },
  };
}

const shippedNow: KnownEvent = { type: "order-shipped", schemaVersion: 1, data: { shippedOn: "2026-03-02" } };
const cancelledNow: KnownEvent = { type: "order-cancelled", schemaVersion: 2, data: { note: "" } };

function ended([hand]: readonly Hand[], event: KnownEvent, next: () => number) {
  if (hand === undefined) throw new Error("expected an open order");
  return hand.command(next(), event);
}
