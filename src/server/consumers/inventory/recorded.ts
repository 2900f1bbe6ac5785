import type { AllocatedLine } from "../../../domain/allocation/allocation.ts";
import { findSkuId, idOf } from "../../../domain/stream-key.ts";
import { canonicalJson, utf8Bytes } from "../../../protocol/canonical-json.ts";
import { derivedId } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { parseEvent } from "../../../protocol/parse-event.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { WorkspaceTx } from "../../store/store.ts";
import type { ReactionEvent, Reactions } from "../react.ts";
import type { Book } from "./book.ts";

/** The most events of one command of inventory's. */
const pieceMax = 500;

/**
 * What inventory said when it took an event: in commands of a bounded size, numbered from 0. What it finds to say as
 * well when it takes the event again (it was set back, and can read now what it could not then) goes on from there. A
 * number whose id a device's command has is passed over: that counts among `pieces`, and says nothing.
 */
export interface RecordedReaction {
  readonly pieces: number;
  readonly events: readonly EventRow[];
}

const nothingRecorded: RecordedReaction = { pieces: 0, events: [] };

function pieceId(source: string, piece: number): string {
  return derivedId(`inventory/${source}`, `reaction/${piece}`);
}

/** Writes what follows from an event, in commands that keep the limits of a device's: so a page of the log does too. */
export async function writeInPieces(
  reactions: Reactions,
  source: EventRow,
  from: number,
  events: readonly ReactionEvent[],
): Promise<void> {
  let piece = from;
  for (let start = 0; start < events.length; piece += 1) {
    // The first is known to be free.
    if (piece > from && (await reactions.isTaken(pieceId(source.id, piece)))) continue;
    const end = start + pieceLength(events, start);
    await reactions.write(pieceId(source.id, piece), events.slice(start, end));
    start = end;
  }
}

/** How many events from `start` on are one piece: at least one. */
function pieceLength(events: readonly ReactionEvent[], start: number): number {
  const most = events.slice(start, start + pieceMax);
  let bytes = 0;
  const over = most.findIndex(({ event }) => {
    bytes += utf8Bytes(canonicalJson(event.data));
    return bytes > limits.commandBytes;
  });
  return over === -1 ? most.length : Math.max(1, over);
}

/**
 * What the log holds of inventory's reactions to these events: nothing, unless it takes them again. `device` is the id
 * that inventory writes under.
 */
export async function recordedReactions(
  tx: WorkspaceTx,
  device: string,
  sources: readonly EventRow[],
): Promise<(source: EventRow) => RecordedReaction> {
  const recorded = new Map<string, RecordedReaction>();
  let sought = sources.map(({ id }) => id);
  for (let piece = 0; sought.length > 0; piece += 1) {
    const found = new Map<string, EventRow[]>();
    const ids = sought.map((id) => pieceId(id, piece));
    const taken = await tx.findRemembered(ids, device, []);
    const own = taken.filter((command) => command.device === device);
    const events = await tx.findCommandEvents(own.map(({ id }) => id));
    const isTaken = new Set(taken.map(({ id }) => id));
    for (const event of events) found.set(event.command, [...(found.get(event.command) ?? []), event]);
    sought = sought.filter((id) => {
      if (!isTaken.has(pieceId(id, piece))) return false;
      const more = found.get(pieceId(id, piece)) ?? [];
      const before = recorded.get(id) ?? nothingRecorded;
      recorded.set(id, { pieces: piece + 1, events: [...before.events, ...more] });
      return true;
    });
  }
  return ({ id }) => recorded.get(id) ?? nothingRecorded;
}

/** Sets what orders have to what was said to them last: first who lost something, then who got it. */
export async function applyRecorded(book: Book, { events }: RecordedReaction): Promise<void> {
  const said = new Map<string, readonly AllocatedLine[]>();
  for (const { stream, type, schemaVersion, dataText } of events) {
    const parsed = parseEvent({ type, schemaVersion, data: JSON.parse(dataText) });
    if (parsed.outcome === "known" && parsed.event.type === "stock-allocated")
      said.set(idOf(stream), parsed.event.data.lines);
  }
  for (const gains of [false, true]) {
    for (const [order, lines] of said) {
      const claims = await book.claimsOf(order);
      for (const { sku, reserved } of lines) {
        const claim = claims.find((own) => own.sku === findSkuId(sku));
        if (claim !== undefined && claim.reserved < reserved === gains)
          await book.setReserved(claim, reserved);
      }
    }
  }
}
