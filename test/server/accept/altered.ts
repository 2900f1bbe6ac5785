import { groupBy } from "../../../src/device/storage/group-by.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import type { Facts } from "../../../src/server/accept/facts.ts";
import { type Judged, noFacts } from "../support/judging.ts";

/** The command with other data in its events. */
export function withData(command: PushedCommand, change: object): PushedCommand {
  const events = command.events.map((event) => ({
    ...event,
    data: { ...(event.data as object), ...change },
  }));
  return { ...command, events };
}

/** What a store would load after this was stored. */
export function factsAfter(judged: Judged): Facts {
  const { rows, streams } = judged;
  const numbers = new Map(rows.numbers.map(({ number, stream }) => [number, stream]));
  const held = groupBy(rows.events, ({ command }) => command);
  return { ...noFacts, head: rows.head, remembered: rows.commands, held, streams, numbers };
}
