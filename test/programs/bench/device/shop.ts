import type { KnownEvent } from "../../../../src/domain/kinds.ts";
import { findProductStream, workspaceStream } from "../../../../src/domain/stream-key.ts";
import { newId } from "../../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../../src/protocol/sync-messages.ts";
import { aCustomer, aHeader, aLine, aProduct, aWorkspace, uuid } from "../../../domain/builders.ts";
import { type Hand, makeHand, makeOrderHand, placed } from "../../../server/support/commands.ts";

/** How much a shop has. */
export interface ShopSize {
  readonly orders: number;
  readonly products: number;
}

/** How many lines the two long drafts of every shop have. */
export const longLines = [10, 1_100] as const;

/** The id of the long draft with an index in `longLines`. */
export function longOrderId(at: number): string {
  return uuid(999_000 + at);
}

/** How many orders begin as drafts at the front of the log: with three lines each they are 10,000 events. */
export const firstDrafts = 2_500;

const customers = 200;
const goods = [
  "Apple Juice",
  "Brown Rice",
  "Cane Sugar",
  "Dried Figs",
  "Earl Grey Tea",
  "Filter Coffee",
] as const;
const kinds = ["organic", "large", "family pack", "export", "fair trade", "seasonal", "classic"] as const;
const towns = ["Harbour", "Mill", "Quay", "Green", "Market", "Station", "Castle", "Bridge"] as const;
const shops = ["Stores", "Deli", "Grocer", "Café", "Kitchen"] as const;

/** The product of an index, with a barcode of its own. */
function productOf(index: number) {
  const name = `${goods[index % goods.length]} ${kinds[Math.floor(index / 7) % kinds.length]} ${index}`;
  return aProduct({
    sku: `SKU-${String(index).padStart(5, "0")}`,
    name,
    category: `Shelf ${index % 20}`,
    priceMinor: 100 + (index % 900),
    barcodes: [ean13(index)],
  });
}

/** A GTIN of 13 figures with its check digit. */
export function ean13(index: number): string {
  const figures = `40${String(index).padStart(10, "0")}`;
  const sum = [...figures].reduce((all, figure, at) => all + Number(figure) * (at % 2 === 0 ? 1 : 3), 0);
  return `${figures}${(10 - (sum % 10)) % 10}`;
}

/** The customer of an index. */
export function companyOf(index: number): string {
  return `${towns[index % towns.length]} ${shops[Math.floor(index / towns.length) % shops.length]} ${index}`;
}

/**
 * The commands of a shop, each one event as the screens give them, in the order of its log: settings, orders that begin
 * as drafts, the catalogue, all other orders and that they are placed, two long drafts.
 */
export function* shopCommands(workspaceId: string, size: ShopSize): Generator<PushedCommand> {
  let seq = 1_000;
  const next = (hand: Hand, event: KnownEvent) => hand.command(++seq, event);
  const settings = aWorkspace({ locale: "en-GB", timeZone: "Europe/Berlin" });
  yield next(makeHand(workspaceStream(workspaceId)), {
    type: "workspace-set-up",
    schemaVersion: 2,
    data: settings,
  });
  const drafts = Array.from({ length: Math.min(firstDrafts, size.orders) }, (_, index) => ({
    hand: makeOrderHand(),
    index,
  }));
  for (const { hand, index } of drafts) for (const event of draftOf(index, 3, size)) yield next(hand, event);
  for (let index = 0; index < size.products; index += 1) {
    const product = productOf(index);
    const hand = makeHand(findProductStream(product.sku) ?? "");
    yield next(hand, { type: "product-added", schemaVersion: 2, data: product });
  }
  for (let index = 0; index < customers; index += 1) {
    const data = aCustomer({ code: `C${index}`, company: companyOf(index) });
    yield next(makeHand(`customer/${uuid(index)}`), { type: "customer-added", schemaVersion: 2, data });
  }
  for (const { hand } of drafts) yield next(hand, placed(hand));
  for (let index = drafts.length; index < size.orders; index += 1) {
    const hand = makeOrderHand();
    for (const event of draftOf(index, 3, size)) yield next(hand, event);
    yield next(hand, placed(hand));
  }
  for (const [at, lines] of longLines.entries()) {
    const hand = makeOrderHand(longOrderId(at));
    for (const event of draftOf(size.orders + at, lines, size)) yield next(hand, event);
  }
}

function draftOf(index: number, lines: number, size: ShopSize): readonly KnownEvent[] {
  const customer = {
    id: uuid(index % customers),
    code: `C${index % customers}`,
    name: companyOf(index % customers),
  };
  // Later orders are newer: the list is sorted by the day, then by the number.
  const orderedOn = new Date(Date.UTC(2024, 0, 1) + Math.floor(index / 40) * 86_400_000)
    .toISOString()
    .slice(0, 10);
  const header = aHeader({ customer, orderedOn, taxMode: "exclusive", reference: `PO ${index}` });
  return [
    { type: "order-drafted", schemaVersion: 1, data: { ...header, number: `S1-${index + 1}` } },
    ...Array.from({ length: lines }, (_, at): KnownEvent => {
      const { sku, name, unit, priceMinor, taxPpm } = productOf((index * 31 + at * 7) % size.products);
      const quantity = 1 + ((index + at) % 12);
      const line = { lineId: newId(), sku, name, unit, quantity, unitPriceMinor: priceMinor, taxPpm };
      return { type: "line-added", schemaVersion: 2, data: aLine(1, line) };
    }),
  ];
}
