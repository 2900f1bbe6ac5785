import { beginningOf, isOneTap, type Tap } from "../../protocol/ids.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { groupBy } from "../storage/group-by.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { readStreamEvents } from "../streams/log.ts";
import { isSameCommand, isUnderAnyId } from "../streams/same-command.ts";

/** The ids of those commands that wait in the outbox, under this id or another of theirs. */
export async function findWaitingHere(
  db: DeviceDatabase,
  commands: readonly Tap[],
): Promise<ReadonlySet<string>> {
  const beginnings = new Set(commands.map(({ id }) => beginningOf(id)));
  const rows = await db.outbox
    .where("id")
    .startsWithAnyOf([...beginnings])
    .toArray();
  const ids = new Set(rows.map(({ id }) => id));
  const byTrace = groupBy(rows, ({ traceparent }) => traceparent);
  const isHere = (command: Tap) =>
    ids.has(command.id) || (byTrace.get(command.traceparent) ?? []).some((row) => isOneTap(row, command));
  return new Set(commands.filter(isHere).map(({ id }) => id));
}

/**
 * The ids of those commands that stand in the log, under this id or another of theirs: recorded by one of these devices,
 * or with the same events. What another device has put under such an id does not stand for it.
 */
export async function findInLog(
  db: DeviceDatabase,
  commands: readonly Pick<OutboxRow, "id" | "traceparent" | "stream" | "events">[],
  makers: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const confirmed = await readStreamEvents(db, [...new Set(commands.map(({ stream }) => stream))]);
  const recorded = [...confirmed.values()].flat();
  const byId = groupBy(recorded, ({ command }) => command);
  const byTrace = groupBy(recorded, ({ traceparent }) => traceparent);
  const isHere = (command: (typeof commands)[number]) => {
    const under = byId.get(command.id);
    if (under !== undefined && isSameCommand(command, under, makers)) return true;
    return isUnderAnyId(command, byTrace.get(command.traceparent) ?? [], makers);
  };
  return new Set(commands.filter(isHere).map(({ id }) => id));
}
