import { hasToGiveBack } from "../../device/outbox/resupply.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { Device } from "../../device/storage/device.ts";
import { type Books, putMeta, readBooks } from "../../device/storage/meta.ts";
import { outboxInState } from "../../device/storage/outbox-rows.ts";
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

/** A command of a request: the number finds its row. */
export interface SentCommand {
  readonly id: string;
  readonly seq: number;
}

/** What goes with one request, and where it begins to read. */
export interface Outgoing {
  readonly identity: Identity;
  readonly request: SyncRequest;
  /** What others wrote and a file brought: it goes first. */
  readonly handOver?: HandOverRequest;
  readonly from: Cursor;
  readonly sent: readonly SentCommand[];
  /** Something must be given back to a restored server first: nothing else is sent before. */
  readonly givesBack: boolean;
}

/** What one exchange may take, and under which fence. */
export interface Wanted {
  readonly fence: number;
  readonly commandsMax: number;
  readonly suspects: ReadonlySet<string>;
}

/**
 * Takes what may go, and notes it as on the way before it goes: from then on only an answer can take it back. With
 * nothing to send nothing is written, so nobody who saves waits for it. `alongside` is written with what is taken.
 */
export async function takeOutgoing(
  { db }: Device,
  nowMs: number,
  wanted: Wanted,
  alongside: (books: Books) => Promise<void> = async () => {},
): Promise<Outgoing | "robbed"> {
  const idle = await lookIdle(db, nowMs, wanted);
  if (idle !== "has-to-send") return idle;
  return db.transaction("rw", db.meta, db.outbox, async () => {
    const books = await readBooks(db);
    if (books.place.fence !== wanted.fence) return "robbed";
    const rows = await choose(db, nowMs, wanted);
    const before = books.onTheWay ?? [];
    const taken = rows.filter(({ sent }) => !sent).map(({ seq }) => seq);
    const onTheWay = [...new Set([...before, ...taken])];
    await Promise.all([
      onTheWay.length > before.length ? putMeta(db, "onTheWay", onTheWay) : undefined,
      rows.length > 0 ? alongside(books) : undefined,
    ]);
    return outgoingOf(books, rows, { nowMs, givesBack: false });
  });
}

/** What goes where nothing is to be sent, from a look that holds nobody up. */
async function lookIdle(
  db: DeviceDatabase,
  nowMs: number,
  wanted: Wanted,
): Promise<Outgoing | "robbed" | "has-to-send"> {
  return db.transaction("r", db.meta, db.outbox, db.resupply, async () => {
    // Counting all of a long queue would take as long as reading it.
    const some = (state: "pending" | "held") =>
      outboxInState(db, state)
        .limit(lookedThroughMax + 1)
        .primaryKeys();
    const [books, givesBack, pending, held] = await Promise.all([
      readBooks(db),
      hasToGiveBack(db),
      some("pending"),
      some("held"),
    ]);
    if (books.place.fence !== wanted.fence) return "robbed";
    const waiting = pending.length + held.length;
    const isFew = waiting <= lookedThroughMax;
    const isIdle = givesBack || waiting === 0 || (isFew && (await choose(db, nowMs, wanted)).length === 0);
    return isIdle ? outgoingOf(books, [], { nowMs, givesBack }) : "has-to-send";
  });
}

/** Up to so many commands are looked through before anything is locked: they may all wait for something else. */
const lookedThroughMax = 20;

async function choose(db: DeviceDatabase, nowMs: number, wanted: Wanted): Promise<readonly OutboxRow[]> {
  const { commandsMax, suspects } = wanted;
  return firstOf(db, commandsMax, (rows) => selectCommands(rows, { commandsMax, suspects, nowMs }));
}

function outgoingOf(
  { place, counters, identity }: Books,
  chosen: readonly OutboxRow[],
  { nowMs, givesBack }: { readonly nowMs: number; readonly givesBack: boolean },
): Outgoing {
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
  const sent = chosen.map(({ id, seq }) => ({ id, seq }));
  return { identity, request, ...handOver, from, sent, givesBack };
}

/**
 * What may be sent next beside what an answer has just been given to: what is new, and what conflicted and was decided
 * again. A suspect may not: the next exchange would leave it out as this one did, for ever.
 */
export async function leftToSend(
  db: DeviceDatabase,
  left: {
    readonly nowMs: number;
    readonly answered: ReadonlySet<string>;
    readonly suspects: ReadonlySet<string>;
  },
): Promise<readonly OutboxRow[]> {
  const { nowMs, suspects } = left;
  const selection = { commandsMax: limits.requestCommands, suspects, nowMs };
  return firstOf(db, 1, (rows) => selectCommands(rows, selection).filter(({ id }) => !left.answered.has(id)));
}

/**
 * What is found among the rows whose turn comes first: `enough` of it in a few of them, else in as many as one request
 * could take at most, since a long queue is not read whole each time. Held and parked rows do not count towards these,
 * or a thousand of them would stop everything behind; they are read beside them, since they block the later commands of
 * their streams.
 */
async function firstOf(
  db: DeviceDatabase,
  enough: number,
  find: (rows: readonly OutboxRow[]) => readonly OutboxRow[],
): Promise<readonly OutboxRow[]> {
  const firstPending = (limit: number) => outboxInState(db, "pending").limit(limit).toArray();
  const few = enough + fewMore;
  const [first, held, parked] = await Promise.all([
    firstPending(few),
    outboxInState(db, "held").toArray(),
    outboxInState(db, "parked").toArray(),
  ]);
  const found = find([...first, ...held, ...parked]);
  if (found.length >= enough || first.length < few) return found;
  return find([...(await firstUnaccepted(firstPending)), ...held, ...parked]);
}

/** How many rows more than wanted are read at first: some of them wait for others. */
const fewMore = 20;

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
