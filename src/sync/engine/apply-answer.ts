import { changeOutbox, type OutboxChange } from "../../device/outbox/change-outbox.ts";
import { highestNumber, mayRenumber, type NumberDraw, seqsPerNumber } from "../../device/outbox/renumber.ts";
import { giveBackAgain, makersOf } from "../../device/outbox/resupply.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import { groupBy } from "../../device/storage/group-by.ts";
import { type Books, mustMeta, type OnTheWay, putMeta } from "../../device/storage/meta.ts";
import { findOnTheWay, withOnTheWay } from "../../device/storage/on-the-way.ts";
import { rowsBySeq } from "../../device/storage/outbox-rows.ts";
import { ownIds } from "../../device/storage/own-ids.ts";
import type { Identity, LogPosition, OutboxRow, ResupplyRow } from "../../device/storage/rows.ts";
import { makeSegment } from "../../device/streams/log.ts";
import { isSameCommand, isUnderAnyId } from "../../device/streams/same-command.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import { beginningOf, isDrawn, isOneTap, redrawnId } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import type { SyncResponse, Verdict } from "../../protocol/sync-messages.ts";
import { mustAccountForAll } from "./account-for-all.ts";
import { type Merged, type MergeInput, merge, type Redraw } from "./merge.ts";
import type { SentCommand } from "./outgoing.ts";
import { touchedRows } from "./touched-rows.ts";

/**
 * A verified answer, with what it is the answer to: the fence and cursor of the request and the commands it carried.
 */
export interface Answer {
  readonly fence: number;
  readonly from: Cursor;
  readonly end: Cursor;
  readonly sent: readonly SentCommand[];
  readonly response: SyncResponse;
  /** What must be added to this device's clock, measured by this exchange. */
  readonly clockOffsetMs: number;
  readonly nowMs: number;
}

/**
 * Records an answer in one strict transaction: log, confirmed and rebased commands, projections, cursor. First its
 * fence and its cursor must equal the stored ones: the late answer of a former leader changes nothing ("stale").
 * `alongside` is written at its end, in the same transaction.
 */
export async function applyAnswer(
  db: DeviceDatabase,
  answer: Answer,
  alongside: () => Promise<void> = async () => {},
): Promise<"applied" | "stale"> {
  if (await movesCursorOnly(db, answer)) return moveCursor(db, answer, alongside);
  const arrival = { from: answer.from.position + 1, atMs: answer.nowMs + answer.clockOffsetMs };
  const segment =
    answer.response.events.length === 0 ? undefined : makeSegment(answer.response.events, [arrival]);
  const work = async (change: OutboxChange): Promise<"applied" | "stale"> => {
    const books = await change.books();
    const { place, identity, onTheWay = [] } = books;
    if (!isCurrent(place, answer)) return "stale";
    const { more, head, verdicts, events } = answer.response;
    const stored = await touchedRows(db, answer);
    const rows = withOnTheWay(stored, onTheWay);
    const streams = await change.streams([...events, ...rows].map(({ stream }) => stream));
    const { clockOffsetMs, nowMs } = answer;
    const sent = answer.sent.map(({ id }) => id);
    const own = rows.length === 0 ? new Set<string>() : ownIds(identity);
    await noteNumbers(change, books, events);
    const redraws = await drawIds(change, rows, verdicts);
    const numbers = more ? new Map() : await drawNumbers(change, identity, rows, answer);
    const input: MergeInput = {
      streams,
      rows,
      sent,
      verdicts,
      events,
      more,
      own,
      redraws,
      numbers,
      from: place.position,
      clockOffsetMs,
      nowMs,
    };
    const merged = merge(input);
    mustAccountForAll(input, merged);
    if (segment !== undefined) await db.log.add(segment);
    await change.confirm(merged.confirmed);
    await change.settle(merged.settled);
    await change.renumber(merged.redrawn);
    await change.put([...merged.puts, ...landed(stored, rows, merged)]);
    await change.add(merged.added);
    if (onTheWay.length > 0) await landOthers(db, change, onTheWay, rows);
    // Empty as a rule: then a page costs one request here, not one per command.
    if ((events.length > 0 || !more) && (await db.resupply.count()) > 0) {
      await forgetComeDown(db, events);
      if (!more) await giveBackAgain(db);
    }
    await Promise.all([
      change.write(merged.changes),
      putMeta(db, "place", { ...place, ...answer.end, head, clockOffsetMs }),
    ]);
    await alongside();
    return "applied";
  };
  return changeOutbox(db, work, [db.resupply]);
}

/** Whether it is the answer to what the leader of now has asked, and the log has not moved since. */
function isCurrent(place: LogPosition, { fence, from }: Answer): boolean {
  return place.fence === fence && place.position === from.position && place.hash === from.hash;
}

/**
 * Whether an answer says that nothing has happened, and nothing here has waited to hear that. What is saved meanwhile
 * does not wait for it either: it is pending, and no server has accepted it.
 */
async function movesCursorOnly(db: DeviceDatabase, { sent, response }: Answer): Promise<boolean> {
  const { events, verdicts, more } = response;
  if (sent.length > 0 || events.length > 0 || verdicts.length > 0 || more) return false;
  return db.transaction("r", db.meta, db.outbox, db.resupply, async () => {
    const first = (state: string) => db.outbox.where("state").equals(state).limit(1).primaryKeys();
    const [pending, held, lost, onTheWay] = await Promise.all([
      first("pending"),
      first("held"),
      db.resupply.count(),
      findOnTheWay(db),
    ]);
    return pending.length + held.length + lost + onTheWay.length === 0;
  });
}

/** Records such an answer: no stream is locked for it, so nobody who looks at one waits. */
async function moveCursor(
  db: DeviceDatabase,
  answer: Answer,
  alongside: () => Promise<void>,
): Promise<"applied" | "stale"> {
  return db.transaction("rw", db.meta, db.outbox, async () => {
    const place = await mustMeta(db, "place");
    if (!isCurrent(place, answer)) return "stale";
    const { clockOffsetMs, end, response } = answer;
    await putMeta(db, "place", { ...place, ...end, head: response.head, clockOffsetMs });
    await alongside();
    return "applied";
  });
}

/** Those that were on the way and stay as they are: from now on their rows say that they were sent. */
function landed(
  stored: readonly OutboxRow[],
  rows: readonly OutboxRow[],
  { confirmed, settled, redrawn, puts }: Merged,
): readonly OutboxRow[] {
  const done = new Set([...confirmed, ...settled, ...redrawn.keys(), ...puts.map(({ seq }) => seq)]);
  return rows.filter((row, index) => row !== stored[index] && !done.has(row.seq));
}

/** Nothing is on the way any more: what this answer does not touch, and an earlier request took, says so itself. */
async function landOthers(
  db: DeviceDatabase,
  change: OutboxChange,
  onTheWay: OnTheWay,
  touched: readonly OutboxRow[],
): Promise<void> {
  const known = new Set(touched.map(({ seq }) => seq));
  const others = onTheWay.filter((seq) => !known.has(seq));
  await change.put(withOnTheWay(await rowsBySeq(db, others), onTheWay));
  await putMeta(db, "onTheWay", []);
}

/**
 * What was given back to a restored server and has come down again is done with, under whichever of its ids. Where
 * another device's command comes down under its id, the server has yet to say whether that stands for it.
 */
async function forgetComeDown(db: DeviceDatabase, events: SyncResponse["events"]): Promise<void> {
  if (events.length === 0) return;
  const own = ownIds(await mustMeta(db, "identity"));
  const came = groupBy(events, ({ command }) => command);
  const found = await lostUnder(db, came);
  const isDone = ({ row, under }: (typeof found)[number]) => {
    const { stream = "", traceparent = "" } = row.events[0] ?? {};
    const makers = makersOf(row, own);
    const said = { ...row, id: row.command, stream, traceparent };
    const same = under.filter(({ command }) => command === said.id);
    const isThis = same.length > 0 && isSameCommand(said, same, makers);
    return row.state === "answered" || isThis || isUnderAnyId(said, under, makers);
  };
  await db.resupply.bulkDelete(found.filter(isDone).map(({ row }) => row.command));
  await db.resupply.bulkPut(
    found.filter((one) => !isDone(one)).map(({ row }) => ({ ...row, isOverwritten: true })),
  );
}

/**
 * What is to be given back and has come down, each with what came. By its id first; what is left may be the same command
 * under another of its ids, which begins like the one.
 */
async function lostUnder(
  db: DeviceDatabase,
  came: ReadonlyMap<string, readonly LogEvent[]>,
): Promise<readonly { readonly row: ResupplyRow; readonly under: readonly LogEvent[] }[]> {
  const same = (await db.resupply.bulkGet([...came.keys()])).filter((row) => row !== undefined);
  const isThis = ({ command, events }: ResupplyRow) =>
    events[0]?.traceparent === came.get(command)?.[0]?.traceparent;
  const known = new Set(same.filter(isThis).map(({ command }) => command));
  const left = [...came].filter(([id]) => !known.has(id) && isDrawn(id));
  const alike = await db.resupply
    .where("command")
    .startsWithAnyOf([...new Set(left.map(([id]) => beginningOf(id)))])
    .toArray();
  const byTrace = groupBy(
    left.flatMap(([, events]) => events),
    ({ traceparent }) => traceparent,
  );
  const under = (row: ResupplyRow) => {
    const { traceparent = "" } = row.events[0] ?? {};
    const tap = { id: row.command, traceparent };
    return (byTrace.get(traceparent) ?? []).filter(({ command: id }) => isOneTap(tap, { id, traceparent }));
  };
  const others = alike.map((row) => ({ row, under: under(row) })).filter((one) => one.under.length > 0);
  const taken = new Set(others.map(({ row }) => row.command));
  const byId = same.filter(({ command }) => !taken.has(command));
  return [...byId.map((row) => ({ row, under: came.get(row.command) ?? [] })), ...others];
}

/**
 * Draws an id and a seq for every command whose id turned out to be another device's; one that stays unused is a hole.
 */
async function drawIds(
  change: OutboxChange,
  rows: readonly OutboxRow[],
  verdicts: readonly Verdict[],
): Promise<ReadonlyMap<string, Redraw>> {
  const taken = new Set(
    verdicts
      .filter((verdict) => verdict.outcome === "refused" && verdict.problem.code === "id-taken")
      .map(({ command }) => command),
  );
  const redrawn = rows.filter(({ id }) => taken.has(id));
  if (redrawn.length === 0) return new Map();
  const { seq } = await change.draw(redrawn.length);
  return new Map(
    redrawn.map(({ id, traceparent }, index) => [
      id,
      { id: redrawnId(id, traceparent), seq: seq + index + 1 },
    ]),
  );
}

/** No number that is in the log under this device's code is given again: a copy of this profile may have given it. */
async function noteNumbers(
  change: OutboxChange,
  { identity, counters: { orderNumber } }: Books,
  events: SyncResponse["events"],
): Promise<void> {
  if (!events.some(({ type }) => type === "order-drafted" || type === "order-renumbered")) return;
  const highest = highestNumber(events, identity.code);
  if (highest > orderNumber) await change.draw(0, highest - orderNumber);
}

/** Draws the next number of this device for every order whose own another order has, in the order of their turn. */
async function drawNumbers(
  change: OutboxChange,
  { code }: Identity,
  rows: readonly OutboxRow[],
  { response, nowMs }: Answer,
): Promise<ReadonlyMap<string, NumberDraw>> {
  const taken = response.verdicts.flatMap((verdict) => {
    const isTaken = verdict.outcome === "refused" && verdict.problem.code === "number-taken";
    return isTaken ? rows.filter((row) => row.id === verdict.command && mayRenumber(row)) : [];
  });
  if (taken.length === 0) return new Map();
  const { seq, orderNumber } = await change.draw(taken.length * seqsPerNumber, taken.length);
  const at = new Date(nowMs).toISOString();
  const draw = (index: number): NumberDraw => ({
    number: `${code}-${orderNumber + index + 1}`,
    seq: seq + index * seqsPerNumber + 1,
    at,
  });
  return new Map(taken.map(({ id }, index) => [id, draw(index)]));
}
