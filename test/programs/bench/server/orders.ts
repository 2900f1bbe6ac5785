import type { PushedCommand } from "../../../../src/protocol/sync-messages.ts";
import { drafted, lineAdded, makeOrderHand, placed } from "../../../server/support/commands.ts";

/** Takes orders as a device does: each is begun, has three lines, and is placed, a command of one event each. */
export interface OrderBook {
  /** The commands of the next order, which has so many lines. */
  readonly take: (lines?: number) => readonly PushedCommand[];
  /** So many commands of the next orders, five of each. */
  readonly takeMany: (commands: number) => readonly PushedCommand[];
  /** The next order by two commands: begun with its three lines, and placed. For a log that is to be long soon. */
  readonly takeAtOnce: () => readonly PushedCommand[];
}

/** Commands of an order of three lines. */
const commandsPerOrder = 5;

/** The book of the device with this code, whose last seq is `seq`. */
export function makeOrderBook(code: string, seq = 0): OrderBook {
  let last = seq;
  const next = () => {
    last += 1;
    return last;
  };
  const lineOf = (number: number, line: number) =>
    lineAdded(`SKU-${String((number * 31 + line * 7) % 1_000).padStart(4, "0")}`, 1 + (number % 9));
  const take = (lines = 3) => {
    const hand = makeOrderHand();
    const number = next();
    const begun = hand.command(number, drafted(`${code}-${number}`));
    const added = Array.from({ length: lines }, (_, line) => hand.command(next(), lineOf(number, line)));
    return [begun, ...added, hand.command(next(), placed(hand))];
  };
  return {
    take,
    takeMany: (commands) => {
      if (commands % commandsPerOrder !== 0)
        throw new Error(`expected a multiple of ${commandsPerOrder} commands, found ${commands}`);
      return Array.from({ length: commands / commandsPerOrder }, () => take()).flat();
    },
    takeAtOnce: () => {
      const hand = makeOrderHand();
      const number = next();
      const lines = [0, 1, 2].map((line) => lineOf(number, line));
      return [
        hand.command(number, drafted(`${code}-${number}`), ...lines),
        hand.command(next(), placed(hand)),
      ];
    },
  };
}

/**
 * The events of commands as JSON with all that the log says of them, in as many bytes as Docket's own: what the
 * hand-written programs store and send instead. Position, hash and seal are no real ones.
 */
export function rawEvents(commands: readonly PushedCommand[]): readonly string[] {
  return commands.flatMap(({ id, seq, stream, at, actor, traceparent, expected, events }) =>
    events.map((event, index) =>
      JSON.stringify({
        position: 100_000 + seq,
        stream,
        version: expected.version + index + 1,
        ...event,
        at,
        recordedAt: at,
        clockOffsetMs: 0,
        device: id,
        seq,
        command: id,
        actor,
        traceparent,
        ...(index === events.length - 1 ? { hash: "5".repeat(64), seal: "a".repeat(64) } : {}),
      }),
    ),
  );
}
