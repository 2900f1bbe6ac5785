import type { Cursor } from "../../protocol/cursor.ts";
import type { StatesPart } from "../../protocol/states-messages.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { findMeta, mustMeta, putMeta } from "../storage/meta.ts";
import { findOnTheWay } from "../storage/on-the-way.ts";

/** The next page of states that this device wants. */
export interface WantedStates {
  readonly part: StatesPart;
  readonly after: string | undefined;
}

/**
 * Which page of states is wanted next, if any. A device that has read nothing yet begins with states, unless a command
 * of it may be in the log already: then only the events can tell.
 */
export async function findWantedStates(db: DeviceDatabase): Promise<WantedStates | undefined> {
  return db.transaction("r", [db.meta, db.outbox, db.resupply], async () => {
    const beginning = await findMeta(db, "beginning");
    if (beginning?.part === "whole") return undefined;
    if (beginning !== undefined) return { part: beginning.part, after: beginning.after };
    const place = await mustMeta(db, "place");
    const isNew = place.position === 0 && (await db.resupply.count()) === 0;
    if (!isNew || (await findOnTheWay(db)).length > 0) return undefined;
    if ((await db.outbox.filter(({ sent }) => sent).count()) > 0) return undefined;
    return { part: "now", after: undefined };
  });
}

/** There are no states to begin with: the events are fetched from the first one. */
export async function beginWithEvents(db: DeviceDatabase): Promise<void> {
  await putMeta(db, "beginning", { part: "whole", done: 0, total: 0 });
}

/** Where the log begins here; the very start where it holds all events. */
export async function findLogStart(db: DeviceDatabase): Promise<Cursor | undefined> {
  return (await findMeta(db, "beginning"))?.at;
}
