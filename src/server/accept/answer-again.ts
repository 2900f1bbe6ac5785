import { isDrawn } from "../../protocol/ids.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import { saidText } from "../../protocol/said-text.ts";
import type { ProposedEvent, Verdict } from "../../protocol/sync-messages.ts";
import type { EventRow } from "./event-row.ts";
import type { Facts, RememberedCommand } from "./facts.ts";
import type { PreparedCommand } from "./prepare-command.ts";

/** What is remembered for a device's lineage, by id. Another lineage's answer is none of its. */
export function knownAnswers(
  { remembered, roots }: Pick<Facts, "remembered" | "roots">,
  { id, root }: { readonly id: string; readonly root: string },
): Map<string, RememberedCommand> {
  const isOwn = ({ device }: RememberedCommand) => device === id || (roots.get(device) ?? device) === root;
  return new Map(remembered.filter(isOwn).map((command) => [command.id, command]));
}

/** The answer to a command whose id is in the log for another lineage: the same wish is fulfilled, another is not. */
export function verdictOfHeld(prepared: PreparedCommand, holder: readonly EventRow[]): Verdict {
  const { id } = prepared.command;
  if (isSameCommand(prepared, holder))
    return { command: id, outcome: "duplicate", positions: holder.map(({ position }) => position) };
  return { command: id, outcome: "refused", problem: idTaken(holder) };
}

/**
 * Whether what the same lineage has in the log under a command's id is another wish. A drawn id is one tap's, whatever
 * was decided of it since. One that derives from a name (a delivery note) may be said again, by a copy of the device or
 * where its log does not show the first time, and with another figure: at another tap, which another trace tells.
 */
export function isOtherWish(
  known: RememberedCommand,
  prepared: PreparedCommand,
  rows: readonly EventRow[] | undefined,
): boolean {
  if (rows === undefined || known.answer.outcome === "refused" || !mayBeOtherWish(known, prepared))
    return false;
  const { traceparent } = prepared.command;
  return rows.some((row) => row.traceparent !== traceparent) && !isSameCommand(prepared, rows);
}

/** Whether that is to be looked up: nearly never. */
export function mayBeOtherWish(
  known: Pick<RememberedCommand, "id" | "fingerprint">,
  { command, fingerprint }: PreparedCommand,
): boolean {
  return known.id === command.id && !isDrawn(known.id) && known.fingerprint !== fingerprint;
}

/**
 * Whether a command says what is in the log under its id: the same events on the same stream, whoever said it, and in
 * whatever shapes: an update of the app in between does not make it another command.
 */
export function isSameCommand(prepared: PreparedCommand, rows: readonly EventRow[]): boolean {
  const { events } = prepared.command;
  return rows.every(({ id }, index) => id === events[index]?.id) && saysTheSame(prepared, rows);
}

/** Whether a command says what these events say, under whatever ids. */
export function saysTheSame({ command, reading }: PreparedCommand, rows: readonly EventRow[]): boolean {
  if (reading.outcome === "refused" || rows.length !== command.events.length) return false;
  return rows.every((row, index) => {
    const { type, schemaVersion } = command.events[index] ?? {};
    if (row.type !== type || row.stream !== command.stream) return false;
    const isText = row.schemaVersion === schemaVersion && row.dataText === reading.dataTexts[index];
    return isText || isSameSaid(row, command.events[index]);
  });
}

function isSameSaid({ type, schemaVersion, dataText }: EventRow, event: ProposedEvent | undefined): boolean {
  return (
    event !== undefined && saidText({ type, schemaVersion, data: JSON.parse(dataText) }) === saidText(event)
  );
}

/** An id is its maker's. Says what has the id, which every device of the workspace may read in the log. */
export function idTaken([first]: readonly EventRow[]): Problem {
  if (first === undefined) throw new Error("expected the events of the command that has the id, found none");
  const { device, stream, position, traceparent } = first;
  const detail = "expected an id of its own, found one under which another device has written something else";
  return problem("id-taken", 409, "Another device's command has this id", {
    detail,
    taken: { device, stream, position, traceparent },
  });
}

/** The remembered answer. */
export function verdictAgain(known: RememberedCommand): Verdict {
  if (known.answer.outcome === "refused") return { command: known.id, ...known.answer };
  return { command: known.id, outcome: "duplicate", positions: positionsOf(known) };
}

/** The positions of a command's events in the log. */
export function positionsOf({ answer }: RememberedCommand): number[] {
  if (answer.outcome === "refused") return [];
  return Array.from({ length: answer.events }, (_, index) => answer.firstPosition + index);
}
