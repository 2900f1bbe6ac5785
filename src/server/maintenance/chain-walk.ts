import { type Cursor, cursorStart } from "../../protocol/cursor.ts";
import { limits } from "../../protocol/limits.ts";
import { findSealFormat, linkOfRows, type Sealing } from "../accept/chain-text.ts";
import type { EventRow } from "../accept/event-row.ts";

/**
 * How far a workspace's log has been walked: `end` is the last verified link, `open` the events of a command that has
 * not ended yet (2,000 at most).
 */
export interface Walked {
  readonly end: Cursor;
  readonly links: number;
  readonly open: readonly EventRow[];
}

/** Where a log is not what was accepted, and what was expected there. */
export interface ChainBreak {
  readonly position: number;
  readonly why: string;
}

/** Nothing walked yet. */
export const walkStart: Walked = { end: cursorStart, links: 0, open: [] };

/**
 * One event further: positions follow each other without holes, each command is whole, and its link and its seal come
 * out again from what is stored. So an altered, deleted, inserted or swapped row is found; `clockOffsetMs` and
 * `traceparent` are covered by the seals of format 2 alone.
 */
export function walk(
  walked: Walked,
  row: EventRow,
  sealing: Sealing,
): Walked | { readonly broken: ChainBreak } {
  const { end, open, links } = walked;
  const position = end.position + open.length + 1;
  if (row.position !== position)
    return broken(position, `expected position ${position}, found ${row.position}`);
  const first = open[0]?.position ?? position;
  if ((open[0]?.command ?? row.command) !== row.command) {
    return broken(
      first,
      `the command that begins at position ${first} has no end before position ${position}`,
    );
  }
  const rows = [...open, row];
  if (row.hash === null) {
    if (rows.length < limits.commandEvents) return { ...walked, open: rows };
    return broken(first, `expected a command of at most ${limits.commandEvents} events, found no end`);
  }
  const link = linkOfRows(end.hash, rows, sealing);
  const where = first === position ? `position ${position}` : `positions ${first} to ${position}`;
  if (link.hash !== row.hash)
    return broken(first, `${where}: what is stored does not give the chain's hash there`);
  if (link.seal !== row.seal && findSealFormat(rows, row.seal ?? "", sealing) === undefined)
    return broken(first, `${where}: what is stored does not give its seal`);
  return { end: { position, hash: link.hash }, links: links + 1, open: [] };
}

/** Whether a log that was walked to its end ends where the workspace's counter says that it does. */
export function findBreakAtEnd({ end, open }: Walked, head: Cursor): ChainBreak | undefined {
  const first = open[0]?.position;
  if (first !== undefined)
    return { position: first, why: `the command that begins at position ${first} has no end` };
  if (end.position === head.position && end.hash === head.hash) return undefined;
  const position = Math.min(end.position, head.position) + 1;
  const why =
    end.position === head.position
      ? "the last link is not the one that the workspace's counter names"
      : `the workspace's counter says ${head.position} events, found ${end.position}`;
  return { position, why };
}

function broken(position: number, why: string): { readonly broken: ChainBreak } {
  return { broken: { position, why } };
}
