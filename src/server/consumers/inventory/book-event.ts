import type { AllocationCause, StockMoved } from "../../../domain/allocation/allocation.ts";
import type { KnownEvent } from "../../../domain/kinds.ts";
import type { OrderLine } from "../../../domain/order/order-line.ts";
import { allocationStream, findSkuId, idOf, kindOf, skuOfId } from "../../../domain/stream-key.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { BookClaim, WorkspaceTx } from "../../store/store.ts";
import type { ReactionEvent } from "../react.ts";
import { type Book, setOnHand } from "./book.ts";
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
  readonly tx: WorkspaceTx;
  readonly book: Book;
  readonly orders: OrderReader;
  readonly event: EventRow;
  readonly known: KnownEvent;
}

/** Books one event of an order or of a stock. Undefined where nothing follows from it. */
export function bookEvent(booking: Booking): Promise<Booked | undefined> {
  return kindOf(booking.event.stream) === "stock" ? bookStock(booking) : bookOrder(booking);
}

async function bookStock({ tx, event, known }: Booking): Promise<Booked | undefined> {
  const sku = idOf(event.stream);
  const [before] = await tx.findLevels([sku]);
  const level = before ?? { sku, onHand: 0, reserved: 0, counts: 0, receivedSinceCount: 0, told: null };
  switch (known.type) {
    case "stock-counted": {
      const counted = {
        ...level,
        onHand: known.data.quantity,
        counts: level.counts + 1,
        receivedSinceCount: 0,
      };
      const lost = await setOnHand(tx, counted);
      return { skus: [sku], orders: causes(lost, "counted"), ended: [], cause: "counted" };
    }
    case "stock-received": {
      const { quantity } = known.data;
      const receivedSinceCount = level.receivedSinceCount + quantity;
      await tx.putLevels([{ ...level, onHand: level.onHand + quantity, receivedSinceCount }]);
      return { skus: [sku], orders: new Map(), ended: [], cause: "received" };
    }
    default:
      return undefined;
  }
}

async function bookOrder(booking: Booking): Promise<Booked | undefined> {
  const { book, event, known } = booking;
  const order = idOf(event.stream);
  if (known.type === "order-placed") {
    const { number, lines } = known.data;
    for (const [sku, wanted] of wantedOf(lines))
      await book.want({ order, number, sku, place: event.position, wanted, reserved: 0 });
    return {
      skus: [...wantedOf(lines).keys()],
      orders: causes([order], "placed"),
      ended: [],
      cause: "freed",
    };
  }
  if (!follows.has(known.type)) return undefined;
  const claims = await book.claimsOf(order);
  // Not placed yet, or imported history: that asks for nothing.
  if (claims.length === 0) return undefined;
  switch (known.type) {
    case "order-shipped":
      return end(booking, claims, "stock-issued");
    case "order-cancelled":
      return end(booking, claims, "stock-released");
    case "order-renumbered":
      for (const claim of claims) await book.want({ ...claim, number: known.data.to });
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
  const touched: string[] = [];
  for (const claim of claims) {
    const now = wanted.get(claim.sku);
    if (now === claim.wanted) continue;
    await (now === undefined ? book.drop(claim) : book.want({ ...claim, wanted: now }));
    touched.push(claim.sku);
  }
  const had = new Set(claims.map(({ sku }) => sku));
  for (const [sku, quantity] of wanted) {
    if (had.has(sku)) continue;
    // What was added later comes in its own turn.
    const claim = { order: idOf(event.stream), number, sku, place: event.position };
    await book.want({ ...claim, wanted: quantity, reserved: 0 });
    touched.push(sku);
  }
  if (touched.length === 0) return undefined;
  return { skus: touched, orders: causes([idOf(event.stream)], "amended"), ended: [], cause: "freed" };
}

/** The order is over: its goods have left, or are free again. */
async function end(
  { tx, book, event }: Booking,
  claims: readonly BookClaim[],
  type: "stock-issued" | "stock-released",
): Promise<Booked> {
  const lines: StockMoved[] = [];
  for (const claim of claims) {
    await book.drop(claim);
    if (claim.reserved === 0) continue;
    lines.push({ sku: skuOfId(claim.sku), quantity: claim.reserved });
    if (type !== "stock-issued") continue;
    const [level] = await tx.findLevels([claim.sku]);
    if (level !== undefined) await tx.putLevels([{ ...level, onHand: level.onHand - claim.reserved }]);
  }
  const said = { type, schemaVersion: 1, data: { lines } } as const;
  return {
    skus: claims.map(({ sku }) => sku),
    orders: new Map(),
    ended: [{ stream: allocationStream(idOf(event.stream)), event: said, cause: event }],
    cause: "freed",
  };
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
