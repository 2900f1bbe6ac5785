import type { ToldEvents, ToldFold, ToldStream } from "../../../src/device/files/support-events.ts";
import type { OutboxRow, StreamRow } from "../../../src/device/storage/rows.ts";
import { emptyStream, foldConfirmed } from "../../../src/device/streams/fold.ts";
import { rebase } from "../../../src/device/streams/rebase.ts";
import { acceptsOn, findKind } from "../../../src/domain/kinds.ts";
import { liftCommand } from "../../../src/domain/upcast-command.ts";
import { liftState } from "../../../src/domain/upcast-state.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { parseEvent } from "../../../src/protocol/parse-event.ts";

/** What a support file says that is played again here; the rest of it is for people. */
export interface SupportLog {
  readonly docket: "support";
  /** In which shapes its commands are. */
  readonly format: number;
  readonly place?: { readonly clockOffsetMs: number } | null;
  readonly outbox: { readonly rows: readonly OutboxRow[] };
  readonly replay: ToldEvents;
}

/** One stream as it came out of the replay, and what its outbox came to. */
export interface Replayed {
  readonly key: string;
  readonly confirmed: ToldFold;
  readonly pending?: ToldFold;
  readonly waiting: readonly { readonly seq: number; readonly type: string; readonly state: string }[];
}

export interface ReplayReport {
  readonly streams: readonly Replayed[];
  readonly events: number;
  /** What does not agree with the file, or with the rules, each as a sentence. */
  readonly violations: readonly string[];
}

/**
 * Plays the event log of a support file: folds every stream with the code of this build, decides what waits in the outbox
 * again on top, and holds both against what the device says that it has.
 */
export function replay(file: SupportLog): ReplayReport {
  const violations: string[] = [];
  const context = {
    clockOffsetMs: file.place?.clockOffsetMs ?? 0,
    more: false,
    now: new Date(0).toISOString(),
  };
  const streams = file.replay.streams.map((told) => {
    const say = (words: string) => void violations.push(`${told.key}: ${words}`);
    const events = file.replay.events.filter(({ stream }) => stream === told.key);
    const confirmed = folded(told, events, say);
    const rows = file.outbox.rows
      .filter(({ stream }) => stream === told.key)
      .map((row) => ({ ...row, command: liftCommand(row.command, file.format) }));
    const { stream, changed, settled } = rebase(confirmed, rows, context);
    for (const row of changed) {
      const before = rows.find(({ id }) => id === row.id);
      if (before !== undefined && before.state !== row.state)
        say(`command ${row.seq} (${row.command.type}) is ${before.state}, and comes out ${row.state}`);
    }
    for (const row of settled)
      say(`command ${row.seq} (${row.command.type}) is ${row.state}, and comes out settled`);
    const pending = stream.pending === undefined ? undefined : foldOf(stream.pending);
    if (told.unreadableFrom === undefined) {
      compare("confirmed", told.confirmed, foldOf(stream.confirmed), say);
      compare("pending", told.pending, pending, say);
    }
    const waiting = rows.map(({ seq, command: { type }, state }) => ({ seq, type, state }));
    const replayed = { key: told.key, confirmed: foldOf(stream.confirmed), waiting };
    return pending === undefined ? replayed : { ...replayed, pending };
  });
  return { streams, events: file.replay.events.length, violations };
}

/** Folds a stream event by event, and says which one is out of place or against the rules. */
function folded(told: ToldStream, events: readonly LogEvent[], say: (words: string) => void): StreamRow {
  const empty = emptyStream(told.key);
  let row: StreamRow =
    told.base === undefined
      ? empty
      : {
          ...empty,
          confirmed: lifted(told.key, told.base),
          base: { evolveVersion: told.base.evolveVersion },
        };
  for (const event of events) {
    if (event.version <= row.confirmed.version) continue;
    if (event.version !== row.confirmed.version + 1 && row.unreadableFrom === undefined)
      say(`event ${event.id} has version ${event.version}, expected ${row.confirmed.version + 1}`);
    const parsed = findKind(told.key) === undefined ? undefined : parseEvent(event);
    if (parsed?.outcome === "invalid")
      say(`event ${event.id} (${event.type}) is not valid: ${parsed.path} ${parsed.message}`);
    if (parsed?.outcome === "known" && row.unreadableFrom === undefined) {
      const rejection = acceptsOn(told.key, parsed.event, row.confirmed.state);
      if (rejection !== undefined)
        say(`event ${event.id} (${event.type}) is against a rule: ${rejection.reason}`);
    }
    row = foldConfirmed(row, event);
  }
  if (row.unreadableFrom !== undefined && told.unreadableFrom === undefined)
    say(`this build cannot read it from position ${row.unreadableFrom} on`);
  return row;
}

/** The state that a stream came as, in the shape that this build folds on. */
function lifted(
  key: string,
  { folded, evolveVersion }: NonNullable<ToldStream["base"]>,
): StreamRow["confirmed"] {
  return { ...folded, state: liftState(key, folded.state, evolveVersion) ?? folded.state };
}

function foldOf({ version, last, state }: StreamRow["confirmed"]): ToldFold {
  return { version, last, status: state.status };
}

function compare(
  which: string,
  told: ToldFold | undefined,
  found: ToldFold | undefined,
  say: (words: string) => void,
): void {
  const words = (fold: ToldFold | undefined) =>
    fold === undefined ? "nothing" : `version ${fold.version}, ${fold.status}, after ${fold.last}`;
  if (words(told) !== words(found))
    say(`${which}: the device has ${words(told)}, the replay ${words(found)}`);
}

/** Reads a support file. @throws Error in words where it is none, or of a build that could not be played again. */
export function parseSupportFile(text: string): SupportLog {
  const file: unknown = JSON.parse(text);
  if (typeof file !== "object" || file === null || !("docket" in file) || file.docket !== "support")
    throw new Error("expected a support file of Docket");
  if (!("replay" in file) || !("outbox" in file))
    throw new Error("this support file is of a build that put no events into it");
  for (const part of ["replay", "outbox"] as const) {
    const value = (file as Readonly<Record<string, unknown>>)[part];
    if (typeof value === "object" && value !== null && "unreadable" in value)
      throw new Error(`the device could not read its ${part}: ${String(value.unreadable)}`);
  }
  return file as SupportLog;
}
