import { planNewOrder } from "../../device/outbox/plan-new-order.ts";
import { mayDiscard } from "../../device/outbox/resolve.ts";
import type { OutboxRow } from "../../device/storage/rows.ts";
import { findTaken } from "../../device/streams/id-holder.ts";
import type { AddLine } from "../../domain/order/order-commands.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import type { OrderState } from "../../domain/order/order-state.ts";
import { kindOf } from "../../domain/stream-key.ts";
import { keepMine } from "./keep-mine.ts";

/** One thing that a person may do about a command of the outbox. */
export type Offer =
  | "keep-mine"
  | "keep-theirs"
  | "add-again"
  | "new-order"
  | "send-again"
  /** As this device's own, where nothing proves whose it was. */
  | "add-as-mine"
  /** The same for all of one order, which is shown beside it item by item. */
  | "add-order-as-mine"
  /** Under an id of its own, beside what has the one that it had. */
  | "mine-too"
  | "open"
  | "discard"
  | "bring-back"
  | "undo-new-order";

/** What is offered, the most useful first; `primary` where one of them is what most people want. */
export interface Offers {
  readonly primary?: Offer;
  readonly others: readonly Offer[];
}

/** What is known around a command: its order, all lines that had, and everything of this device that waits on it. */
export interface OfferFacts {
  readonly order: OrderState;
  readonly lines: ReadonlyMap<string, OrderLine>;
  readonly siblings: readonly OutboxRow[];
  /** Whether this device's role may begin an order. */
  readonly mayOrder: boolean;
  /** Whether there is a screen to look at it. */
  readonly hasPlace: boolean;
  readonly today: string;
}

/**
 * What may be done about a command. Sending again is offered only where it can work: what the device itself would
 * reject again is not sent, and continues automatically as soon as nothing is against it.
 */
export function offersFor(row: OutboxRow, facts: OfferFacts): Offers {
  const discard: readonly Offer[] = mayDiscard(row) && row.state !== "pending" ? ["discard"] : [];
  if (row.state === "discarded") {
    if (row.movedTo !== undefined) return { others: ["undo-new-order"] };
    return { others: row.replacedBy === undefined ? ["bring-back"] : [] };
  }
  if (row.state !== "parked") return { others: discard };
  const open: readonly Offer[] = facts.hasPlace ? ["open"] : [];
  const newOrder: readonly Offer[] = carriedCount(facts) > 0 && facts.mayOrder ? ["new-order"] : [];
  if (row.parked.why === "rejected") {
    const { rejection } = row.parked;
    if (keepMine(row.command, rejection) !== undefined)
      return { primary: "keep-mine", others: ["keep-theirs"] };
    const again: readonly Offer[] = addAgain(row, facts.lines) === undefined ? [] : ["add-again"];
    return firstOf([...again, ...newOrder, ...open], discard);
  }
  const code = row.parked.why === "stuck" ? "stuck" : row.parked.problem.code;
  if (code === "id-taken") return takenOffers(row, facts, discard);
  if (code === "number-taken" || code === "stuck") return firstOf(["send-again"], [...newOrder, ...discard]);
  if (code === "not-proven") {
    const whole: readonly Offer[] = unprovenOfOrder(row, facts).length > 1 ? ["add-order-as-mine"] : [];
    return { others: [...whole, "add-as-mine", ...discard] };
  }
  // What a role forbids, it forbids on a new order too; whether the role has changed only the server knows.
  if (code === "not-allowed") return { others: ["send-again", ...discard] };
  return firstOf([...newOrder, ...open], ["send-again", ...discard]);
}

/** Whether nothing proves who wrote a command: all that it does is shown before it counts. */
export function isUnproven({ state, parked }: OutboxRow): boolean {
  return state === "parked" && parked?.why === "refused" && parked.problem.code === "not-proven";
}

/** The unproven commands of one order, this one among them; of anything but an order none but itself. */
export function unprovenOfOrder(
  row: OutboxRow,
  { siblings }: Pick<OfferFacts, "siblings">,
): readonly OutboxRow[] {
  if (kindOf(row.stream) !== "order") return [row];
  return siblings.filter((other) => other.stream === row.stream && isUnproven(other));
}

/**
 * What may be done where another device has the command's id. Where it stands for the same thing a person chooses: both
 * in the log may be one delivery too much. An order is begun once; what has its id has begun it.
 */
function takenOffers(row: OutboxRow, { order, hasPlace }: OfferFacts, discard: readonly Offer[]): Offers {
  const isSameThing = findTaken(row)?.stream === row.stream;
  if (!isSameThing) return firstOf(["mine-too"], discard);
  if (row.command.type !== "start-order" || order.status === "none")
    return { others: ["keep-theirs", "mine-too"] };
  return firstOf(["keep-theirs"], hasPlace ? ["open"] : []);
}

/** How many commands of the order would go on a new one. */
export function carriedCount({ siblings, order, lines, today }: OfferFacts): number {
  return planNewOrder({ rows: siblings, order, lines, today })?.carried.length ?? 0;
}

/** The line that somebody took off, as a new one with what the command wanted of it; `lineId` is still to be drawn. */
export function addAgain(
  row: OutboxRow,
  lines: ReadonlyMap<string, OrderLine>,
): Omit<AddLine["data"], "lineId"> | undefined {
  const { command, parked } = row;
  const isGone = parked?.why === "rejected" && parked.rejection.reason === "line-not-found";
  if (!isGone || parked.rejection.reason !== "line-not-found" || !("lineId" in command.data))
    return undefined;
  const line = lines.get(command.data.lineId);
  if (line === undefined) return undefined;
  const { lineId: _lineId, ...gone } = line;
  switch (command.type) {
    case "set-quantity":
      return { ...gone, quantity: command.data.to };
    case "add-quantity":
      return line.quantity + command.data.by >= 1
        ? { ...gone, quantity: line.quantity + command.data.by }
        : undefined;
    case "set-line-discount":
      return { ...gone, discountBps: command.data.to };
    case "set-line-note":
      return { ...gone, note: command.data.to };
    case "substitute-line": {
      const { lineId: _drawn, ...substitute } = command.data.line;
      return substitute;
    }
    default:
      return undefined;
  }
}

function firstOf(best: readonly Offer[], others: readonly Offer[]): Offers {
  const [primary, ...more] = best;
  return primary === undefined ? { others } : { primary, others: [...more, ...others] };
}
