import { emptyAddress } from "../../../src/domain/address.ts";
import { evolveOn, initialOf, type KnownEvent, type KnownState } from "../../../src/domain/kinds.ts";
import { wholeOrder } from "../../../src/domain/order/accepts-order.ts";
import type { OrderState } from "../../../src/domain/order/order-state.ts";
import { eventIdOf, newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";

/** A moment of a device's clock that tests use where the moment does not matter. */
export const someTime = "2026-03-01T09:00:00.000Z";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** A device's hand on one stream: makes commands that each follow the one before. */
export interface Hand {
  readonly stream: string;
  /** The next command with these events, decided on all that this hand made before. */
  readonly command: (seq: number, ...events: readonly KnownEvent[]) => PushedCommand;
  readonly state: () => KnownState;
}

/** A hand on a stream without events. */
export function makeHand(stream: string): Hand {
  let version = 0;
  let last: string | null = null;
  let state = initialOf(stream);
  return {
    stream,
    state: () => state,
    command: (seq, ...events) => {
      const id = newId();
      const proposed = events.map((event, index) => ({ id: eventIdOf(id, index), ...event }));
      const expected = { version, event: last };
      version += events.length;
      last = proposed.at(-1)?.id ?? last;
      state = events.reduce((folded, event) => evolveOn(stream, folded, { ...event, at: someTime }), state);
      return { id, seq, stream, expected, at: someTime, actor: "Ada", traceparent, events: proposed };
    },
  };
}

/** A hand on a new order. */
export function makeOrderHand(id = newId()): Hand {
  return makeHand(`order/${id}`);
}

/** An order is begun under this number. */
export function drafted(number: string): KnownEvent {
  return {
    type: "order-drafted",
    schemaVersion: 1,
    data: {
      number,
      customer: null,
      shipTo: null,
      discountBps: 0,
      freightMinor: 0,
      reference: "",
      note: "",
      orderedOn: "2026-03-01",
      wantedOn: null,
      currency: "EUR",
      taxMode: "none",
    },
  };
}

/** A line is added; the line's id may be given to change it later. */
export function lineAdded(sku: string, quantity = 1, lineId = newId()): KnownEvent {
  const price = { unitPriceMinor: 1250, discountBps: 0, taxPpm: 190_000 };
  return {
    type: "line-added",
    schemaVersion: 2,
    data: { lineId, sku, name: `Product ${sku}`, unit: "box", note: "", quantity, ...price },
  };
}

/** The order of a hand is placed as it is. */
export function placed(hand: Hand): KnownEvent {
  const order = hand.state() as OrderState;
  if (order.status === "none") throw new Error("expected an order to place");
  return { type: "order-placed", schemaVersion: 3, data: wholeOrder(order) };
}

/** A customer is added; a note makes the event as long as wished. */
export function customerAdded(company: string, note = ""): KnownEvent {
  const texts = { code: "C1", company, contactName: "", contactTitle: "", email: "", phone: "", note };
  return {
    type: "customer-added",
    schemaVersion: 2,
    data: { ...texts, address: emptyAddress, shipTo: null, archived: false },
  };
}

/** A command on a new order: drafted under a number that goes with the seq. */
export function newOrder(seq: number, code = "K7"): PushedCommand {
  return makeOrderHand().command(seq, drafted(`${code}-${seq}`));
}

/** The command under another id. */
export function withId(command: PushedCommand, id: string): PushedCommand {
  return { ...command, id, events: command.events.map((event, n) => ({ ...event, id: eventIdOf(id, n) })) };
}
