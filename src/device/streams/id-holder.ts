import { happenedAt, type LogEvent } from "../../protocol/log-event.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { segmentEvents } from "./log.ts";

/**
 * What has the id of a command: the first of its events, when that happened (corrected), and whether it is one's own.
 */
export interface IdHolder {
  readonly event: LogEvent;
  readonly happenedAt: string;
  readonly own: boolean;
}

/** What has the id of a command, where that is why it is parked. */
export function findTaken({ parked }: Pick<OutboxRow, "parked">): Problem["taken"] {
  return parked?.why === "refused" && parked.problem.code === "id-taken" ? parked.problem.taken : undefined;
}

/**
 * What has a parked command's id, from the log or from what was fetched of its stream. Undefined where neither has it:
 * it is from before this device joined, or has not come down yet.
 */
export async function findHolder(
  db: DeviceDatabase,
  row: Pick<OutboxRow, "id" | "parked">,
  fetched: readonly LogEvent[] = [],
): Promise<IdHolder | undefined> {
  const taken = findTaken(row);
  if (taken === undefined) return undefined;
  const segment = await db.log.where("first").belowOrEqual(taken.position).last();
  const here = segment === undefined || segment.last < taken.position ? [] : segmentEvents(segment);
  const event = [...here, ...fetched].find(({ command }) => command === row.id);
  if (event === undefined) return undefined;
  const own = ownIds(await mustMeta(db, "identity"));
  return { event, happenedAt: happenedAt(event), own: own.has(event.device) };
}
