import type { AllocationCause, StockMoved } from "../../../domain/allocation/allocation.ts";
import type { KnownEvent } from "../../../domain/kinds.ts";
import type { OrderLine } from "../../../domain/order/order-line.ts";
import { allocationStream, findSkuId, idOf, kindOf, skuOfId } from "../../../domain/stream-key.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { BookClaim } from "../../store/book.ts";
import type { ReactionEvent } from "../react.ts";
import type { Book } from "./book.ts";
import type { OrderReader } from "./order-reader.ts";

/**
 * What an event changed in the book, before free stock is given out. `skus` are those to balance, `orders` those that
 * must be told whatever comes of that, `ended` what is said to an order that is over.
 */
export interface Booked {
  readonly skus: readonly string[];
  readonly orders: ReadonlyMap<string, AllocationCause>;
  readonly ended: readonly ReactionEvent[];
  /** Why an order gets what this event made free. */
  readonly cause: AllocationCause;
}

/** What booking needs: the event as stored, and in its newest shape. */
export interface Booking {
  readonly book: Book;
  readonly orders: OrderReader;
  readonly event: EventRow;
  readonly known: KnownEvent;
}

/** Books one event of an order or of a stock. Undefined where nothing follows from it. */
export function bookEvent(booking: Booking): Promise<Booked | undefined> {
  return kindOf(booking.event.stream) === "stock" ? bookStock(booking) : bookOrder(booking);
}

async function bookStock({ book, event, known }: Booking): Promise<Booked | undefined> {
  const sku = idOf(event.stream);
  switch (known.type) {
    case "stock-counted": {
      const lost = await book.count(sku, known.data.quantity);
      return { skus: [sku], orders: causes(lost, "counted"), ended: [], cause: "counted" };
    }
    case "stock-received":
      await book.receive(sku, known.data.quantity);
      return { skus: [sku], orders: new Map(), ended: [], cause: "received" };
    default:
      return undefined;
  }
}

async function bookOrder(booking: Booking): Promise<Booked | undefined> {
  const { book, orders, event, known } = booking;
  const order = idOf(event.stream);
  if (known.type === "order-placed") {
    const { number } = known.data;
    const wanted = [...wantedOf(known.data.lines)];
    const turn = event.position;
    await book.want(
      wanted.map(([sku, quantity]) => ({ order, number, sku, turn, wanted: quantity, reserved: 0 })),
    );
    return {
      skus: wanted.map(([sku]) => sku),
      orders: causes([order], "placed"),
      ended: [],
      cause: "freed",
    };
  }
  if (!follows.has(known.type)) return undefined;
  const claims = await book.claimsOf(order);
  // Not placed yet, or imported history: that asks for nothing. Nor does a placed order in which nothing has a SKU.
  if (claims.length === 0 && !(known.type === "line-added" && (await orders.isPlacedBefore(event))))
    return undefined;
  switch (known.type) {
    case "order-shipped":
      return end(booking, claims, "stock-issued");
    case "order-cancelled":
      return end(booking, claims, "stock-released");
    case "order-renumbered":
      await book.want(claims.map((claim) => ({ ...claim, number: known.data.to })));
      return undefined;
    default:
      return amend(booking, claims);
  }
}

/** The events of a placed order that may change what it asks for. */
const follows: ReadonlySet<KnownEvent["type"]> = new Set([
  "line-added",
  "line-quantity-changed",
  "line-removed",
  "order-shipped",
  "order-cancelled",
  "order-renumbered",
]);

async function amend(
  { book, orders, event }: Booking,
  claims: readonly BookClaim[],
): Promise<Booked | undefined> {
  const order = await orders.at(event);
  const wanted = wantedOf(order.lines);
  const number = claims[0]?.number ?? order.number ?? "";
  const gone = claims.filter(({ sku }) => !wanted.has(sku));
  const other = claims.flatMap((claim) => {
    const now = wanted.get(claim.sku);
    return now === undefined || now === claim.wanted ? [] : [{ ...claim, wanted: now }];
  });
  const had = new Set(claims.map(({ sku }) => sku));
  // What was added later comes in its own turn.
  const added = [...wanted]
    .filter(([sku]) => !had.has(sku))
    .map(([sku, quantity]) => {
      return { order: idOf(event.stream), number, sku, turn: event.position, wanted: quantity, reserved: 0 };
    });
  const skus = [...gone, ...other, ...added].map(({ sku }) => sku);
  if (skus.length === 0) return undefined;
  await book.drop(gone, false);
  await book.want([...other, ...added]);
  return { skus, orders: causes([idOf(event.stream)], "amended"), ended: [], cause: "freed" };
}

/** The order is over: its goods have left, or are free again. */
async function end(
  { book, event }: Booking,
  claims: readonly BookClaim[],
  type: "stock-issued" | "stock-released",
): Promise<Booked> {
  await book.drop(claims, type === "stock-issued");
  const lines: readonly StockMoved[] = claims
    .filter(({ reserved }) => reserved > 0)
    .map(({ sku, reserved }) => ({ sku: skuOfId(sku), quantity: reserved }));
  const said = { type, schemaVersion: 1, data: { lines } } as const;
  return {
    skus: claims.map(({ sku }) => sku),
    orders: new Map(),
    ended: [{ stream: allocationStream(idOf(event.stream)), event: said, cause: event }],
    cause: "freed",
  };
}

/** The SKUs that an event of the page will ask the book for, as far as can be told beforehand. */
export function skusOf(stream: string, known: KnownEvent): readonly string[] {
  if (kindOf(stream) === "stock") return [idOf(stream)];
  return known.type === "order-placed" ? [...wantedOf(known.data.lines).keys()] : [];
}

/** What lines ask for together, by the id of their SKU's streams. */
function wantedOf(lines: readonly OrderLine[]): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    const id = findSkuId(sku);
    if (id !== undefined) wanted.set(id, (wanted.get(id) ?? 0) + quantity);
  }
  return wanted;
}

function causes(orders: readonly string[], cause: AllocationCause): ReadonlyMap<string, AllocationCause> {
  return new Map(orders.map((order) => [order, cause]));
}
