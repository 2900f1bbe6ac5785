import type { KeyObject } from "node:crypto";
import type { AllocationCause } from "../../../domain/allocation/allocation.ts";
import type { KnownEvent } from "../../../domain/kinds.ts";
import { allocationStream, idOf, kindOf, levelStream, skuOfId } from "../../../domain/stream-key.ts";
import { consumerDeviceId, derivedId } from "../../../protocol/ids.ts";
import { parseEvent } from "../../../protocol/parse-event.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { WorkspaceTx } from "../../store/store.ts";
import type { Consumer, ConsumerPage, PageWork } from "../consumer.ts";
import { makeReactions, type ReactionEvent, type Reactions } from "../react.ts";
import { type Book, openBook } from "./book.ts";
import { bookEvent, skusOf } from "./book-event.ts";
import { makeOrderReader } from "./order-reader.ts";
import { applyRecorded, recordedReactions, writeInPieces } from "./recorded.ts";

/** The name of inventory's checkpoint in the database. */
export const inventoryName = "inventory";

/**
 * Follows orders and stock: puts goods aside for orders as they are placed and amended, frees them when an order is
 * cancelled, books them out when it ships, and says so on `allocation/<order>`. When it has read the log to its end it
 * says on `level/<sku>` what is there. Its book is a fold of the log, its own events included: it can be forgotten and
 * made again, and what was said before stays.
 */
export function makeInventory(sealKey: KeyObject): Consumer {
  return {
    name: inventoryName,
    pageEvents: 200,
    appends: true,
    begin: (page) => beginPage(page, sealKey),
    forget: (tx) => tx.forgetBook(),
  };
}

async function beginPage(page: ConsumerPage, sealKey: KeyObject): Promise<PageWork> {
  const { tx, workspace, events, head, now } = page;
  const sources = events.filter(({ stream, causation }) => causation === null && isSource(stream));
  const recorded = await recordedReactions(tx, consumerDeviceId(workspace, inventoryName), sources);
  const reactions = makeReactions({
    tx,
    workspace,
    consumer: inventoryName,
    actor: "Inventory",
    head,
    now,
    sealKey,
    wrote: page.wrote,
  });
  const book = await openBook(tx, sources.flatMap(skusAhead));
  const orders = makeOrderReader(tx);
  /** The last event of this page that moved the stock of a SKU. */
  const movedBy = new Map<string, EventRow>();
  return {
    take: async (event) => {
      if (kindOf(event.stream) === "level") return hearOwnLevel(book, event);
      if (event.causation !== null || !isSource(event.stream)) return undefined;
      const known = readKnown(event);
      if (known === undefined) return undefined;
      const booked = await bookEvent({ book, orders, event, known });
      if (booked === undefined) return undefined;
      for (const sku of booked.skus) movedBy.set(sku, event);
      const before = recorded(event);
      const isFirst = before.events.length === 0;
      await applyRecorded(book, before);
      // What was said before is not said again: only what had to change beside it.
      const told = new Map(isFirst ? booked.orders : []);
      for (const sku of booked.skus) {
        for (const order of await book.balance(sku)) if (!told.has(order)) told.set(order, booked.cause);
      }
      const ended = isFirst ? booked.ended : [];
      const allocated = await allocatedEvents(book, told, event);
      await writeInPieces(reactions, event, before.pieces, [...ended, ...allocated]);
      return undefined;
    },
    finish: async (isEnd) => {
      await book.store();
      const last = events.at(-1);
      if (isEnd && last !== undefined) await tellLevels(tx, reactions, { last, movedBy });
      return reactions.store();
    },
  };
}

/** Streams whose events inventory reacts to. */
function isSource(stream: string): boolean {
  const kind = kindOf(stream);
  return kind === "order" || kind === "stock";
}

/** The event in its newest shape; undefined for one that nothing depends on. */
function readKnown(event: EventRow): KnownEvent | undefined {
  const { type, schemaVersion, dataText } = event;
  const parsed = parseEvent({ type, schemaVersion, data: JSON.parse(dataText) });
  switch (parsed.outcome) {
    case "known":
      return parsed.event;
    case "informative":
      return undefined;
    default:
      throw new Error(
        `expected an event that this build can read, found ${type}@${schemaVersion}: update it, then try again`,
      );
  }
}

/** What the book should know before the page begins; an event that cannot be read says so when its turn comes. */
function skusAhead(event: EventRow): readonly string[] {
  const { stream, type, schemaVersion, dataText } = event;
  const parsed = parseEvent({ type, schemaVersion, data: JSON.parse(dataText) });
  return parsed.outcome === "known" ? skusOf(stream, parsed.event) : [];
}

/** The whole answer for each order. */
async function allocatedEvents(
  book: Book,
  told: ReadonlyMap<string, AllocationCause>,
  cause: EventRow,
): Promise<readonly ReactionEvent[]> {
  const events: ReactionEvent[] = [];
  for (const [order, why] of told) {
    const lines = await book.linesOf(order);
    const event = { type: "stock-allocated", schemaVersion: 1, data: { cause: why, lines } } as const;
    events.push({ stream: allocationStream(order), event, cause });
  }
  return events;
}

/** Its own event, read again from the log: what it told then counts as told. */
async function hearOwnLevel(book: Book, event: EventRow): Promise<void> {
  const known = readKnown(event);
  if (known?.type !== "stock-level-changed") return;
  const { onHand, counts, receivedSinceCount } = known.data;
  await book.noteTold(idOf(event.stream), { onHand, counts, receivedSinceCount });
}

/** How many levels one command tells. */
const levelsAtOnce = 500;

/**
 * Tells the levels that the log has not heard of: once all of it is read, so that a burst of orders makes one event a
 * SKU. The id holds where the log ends: what is told there is told once.
 */
async function tellLevels(
  tx: WorkspaceTx,
  reactions: Reactions,
  { last, movedBy }: { readonly last: EventRow; readonly movedBy: ReadonlyMap<string, EventRow> },
): Promise<void> {
  for (;;) {
    const levels = await tx.findUntoldLevels(levelsAtOnce);
    if (levels.length === 0) return;
    await reactions.write(
      await freeLevelsId(reactions, last),
      levels.map(({ sku, onHand, counts, receivedSinceCount }) => ({
        stream: levelStream(sku),
        event: {
          type: "stock-level-changed",
          schemaVersion: 1,
          data: { sku: skuOfId(sku), onHand, counts, receivedSinceCount },
        },
        cause: movedBy.get(sku) ?? last,
      })),
    );
    await tx.putLevels(
      levels.map((level) => {
        const { onHand, counts, receivedSinceCount } = level;
        return { ...level, told: { onHand, counts, receivedSinceCount } };
      }),
    );
  }
}

/** The id under which levels are told next; another one where a device has used that for a command of its own. */
async function freeLevelsId(reactions: Reactions, last: EventRow): Promise<string> {
  const name = `levels/${reactions.head().position}`;
  for (let other = 0; ; other += 1) {
    const id = derivedId(`${inventoryName}/${last.id}`, other === 0 ? name : `${name}/${other}`);
    if (!(await reactions.isTaken(id))) return id;
  }
}
