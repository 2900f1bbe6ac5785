import { changeOutbox, type OutboxChange } from "../../device/outbox/change-outbox.ts";
import { hasToGiveBack } from "../../device/outbox/resupply.ts";
import type { Device } from "../../device/storage/device.ts";
import { mustMeta } from "../../device/storage/meta.ts";
import type { Identity, OutboxRow } from "../../device/storage/rows.ts";
import { type Cursor, formatCursor } from "../../protocol/cursor.ts";
import type { HandOverRequest } from "../../protocol/hand-over-messages.ts";
import { limits } from "../../protocol/limits.ts";
import type { SyncRequest } from "../../protocol/sync-messages.ts";
import { selectCommands, toHanded, toPushed } from "./select-commands.ts";

/**
 * Sending does not wait for receiving: a device that was away for long sends all it has before it fetches whole pages,
 * as does every other device of a fleet that comes back with it. The page of an answer has room for what its own
 * request sends.
 */
const pageEventsWhileSending = limits.requestCommands;

/** What goes with one request, and where it begins to read. */
export interface Outgoing {
  readonly identity: Identity;
  readonly request: SyncRequest;
  /** What others wrote and a file brought: it goes first. */
  readonly handOver?: HandOverRequest;
  readonly from: Cursor;
  readonly sent: readonly string[];
  /** Something must be given back to a restored server first: nothing else is sent before. */
  readonly givesBack: boolean;
}

/** Takes what may go, and marks it as sent before it goes: from then on only an answer can take it back. */
export async function takeOutgoing(
  device: Device,
  nowMs: number,
  wanted: { readonly fence: number; readonly commandsMax: number; readonly suspects: ReadonlySet<string> },
): Promise<Outgoing | "robbed"> {
  const { db } = device;
  const work = async (change: OutboxChange): Promise<Outgoing | "robbed"> => {
    const [place, counters, identity] = await Promise.all([
      mustMeta(db, "place"),
      mustMeta(db, "counters"),
      mustMeta(db, "identity"),
    ]);
    if (place.fence !== wanted.fence) return "robbed";
    const givesBack = await hasToGiveBack(db);
    const rows = givesBack ? [] : await sendableRows(device);
    const { commandsMax, suspects } = wanted;
    const chosen = selectCommands(rows, { commandsMax, suspects, nowMs });
    const unsent = chosen.filter(({ sent }) => !sent);
    await change.put(unsent.map((row) => ({ ...row, sent: true })));
    const cursor = place.position === 0 ? null : formatCursor(place);
    const now = new Date(nowMs).toISOString();
    const request: SyncRequest = {
      cursor,
      lastSeq: counters.seq,
      now,
      limit: chosen.length > 0 ? pageEventsWhileSending : limits.pageEvents,
      commands: chosen.filter(({ written }) => written === undefined).map(toPushed),
    };
    const handed = chosen.filter(({ written }) => written !== undefined).map(toHanded);
    const handOver = handed.length === 0 ? {} : { handOver: { cursor, now, commands: handed } };
    const from = { position: place.position, hash: place.hash };
    return { identity, request, ...handOver, from, sent: chosen.map(({ id }) => id), givesBack };
  };
  return changeOutbox(db, work, [db.resupply]);
}

/**
 * The rows whose turn comes first, more than one request takes: a long queue is not read whole each time. Held and
 * parked rows do not count towards the window, or a thousand of them would stop everything behind; they are read
 * beside it, since they block the later commands of their streams.
 */
export async function sendableRows({ db }: Device): Promise<readonly OutboxRow[]> {
  const inState = (state: string) =>
    db.outbox
      .where("[state+rank]")
      .between([state, Number.NEGATIVE_INFINITY], [state, Number.POSITIVE_INFINITY]);
  const [pending, held, parked] = await Promise.all([
    firstUnaccepted((limit) => inState("pending").limit(limit).toArray()),
    inState("held").toArray(),
    inState("parked").toArray(),
  ]);
  return [...pending, ...held, ...parked];
}

const outboxWindow = 1_000;

/**
 * The first rows, until some are found that are not accepted yet: accepted ones only wait for their events, and a
 * thousand of those, behind a page that does not verify, must not stop uploads.
 */
async function firstUnaccepted(pending: (limit: number) => Promise<readonly OutboxRow[]>) {
  for (let limit = outboxWindow; ; limit *= 4) {
    const rows = await pending(limit);
    if (rows.length < limit || rows.some(({ accepted }) => !accepted)) return rows;
  }
}
