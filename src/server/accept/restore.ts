import { createHash, createHmac, type KeyObject } from "node:crypto";
import { initialOf } from "../../domain/kinds.ts";
import { workspaceStream } from "../../domain/stream-key.ts";
import { canonicalJson } from "../../protocol/canonical-json.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { ResupplyRequest, ResupplyResponse } from "../../protocol/healing-messages.ts";
import { eventIdOf, isOneTap, restoreIdOf } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { PushedCommand } from "../../protocol/sync-messages.ts";
import { append, type Draft, draftOf, judgeByRules } from "./accept.ts";
import { idTaken, isOtherWish, isSameCommand, knownAnswers, saysTheSame } from "./answer-again.ts";
import { findSealFormat, type SealFormat, type Sealing } from "./chain-text.ts";
import type { EventRow } from "./event-row.ts";
import type { Facts, RememberedCommand, Rows, StreamFacts } from "./facts.ts";
import { type PreparedCommand, prepareRecorded } from "./prepare-command.ts";

/** A command that a device gives back: as it was pushed once, and its events as the server had recorded them. */
export interface GivenBack {
  readonly prepared: PreparedCommand;
  readonly events: readonly LogEvent[];
}

type Result = ResupplyResponse["results"][number];

/** What giving back comes to: the answers, what is stored, and the states after it. */
export interface Restored {
  readonly results: readonly Result[];
  readonly rows: Rows;
  readonly streams: ReadonlyMap<string, StreamFacts>;
  /** Whether this was the first to notice the restore, and noted it in the log. */
  readonly notes: boolean;
}

/** Reads what a device gives back. Events that do not belong to one command yield a command that is refused. */
export function prepareGivenBack({ events }: ResupplyRequest["commands"][number]): GivenBack {
  const { command: id, seq, stream, at, actor, traceparent } = mustFirst(events);
  const command: PushedCommand = {
    id,
    seq,
    stream,
    expected: { version: 0, event: null },
    at,
    actor,
    traceparent,
    events: events.map(({ id: event, type, schemaVersion, data }) => ({
      id: event,
      type,
      schemaVersion,
      data,
    })),
  };
  return { prepared: prepareRecorded(command), events };
}

/**
 * Puts commands that a restored server has lost back into its log, in the order they are given, under the counter's
 * lock: the same ids, new positions. What they were decided on counts for nothing, and nor does who gives them back:
 * the seal says that this server had accepted them. A command that is in the log already is known (L4), and an id is
 * its maker's: what another lineage has written under it meanwhile does not stand for it. One that a copy of its device
 * has sent under another of its ids is known too, or goods that came in would count twice. One that the rules do not
 * allow after what has happened meanwhile is refused, with the reason; that is not remembered, since what is given back
 * later may make it valid.
 *
 * A restore is noted in the log once, before anything that is given back: so nothing after the position that was
 * restored to has its old hash again, and every device finds the same last position in common, however far another one
 * came.
 */
export function restore(
  request: {
    readonly workspace: string;
    readonly device: string;
    readonly common: Cursor;
    readonly lostHead: number;
    readonly commands: readonly GivenBack[];
    readonly serverTime: string;
    readonly sealKey: KeyObject;
  },
  facts: Facts,
  taps: Taps,
): Restored {
  const { workspace, sealKey } = request;
  const draft = draftOf(facts);
  const noteIds = restoreNoteIds(request.common, sealKey);
  const isNoted = facts.remembered.some(({ id, device }) => noteIds.includes(id) && device === workspace);
  const restored = new Set<string>();
  const traced = new Map(taps.events);
  const bySeq = new Map(facts.remembered.map((command) => [`${command.device} ${command.seq}`, command.id]));
  if (!isNoted) noteRestore(request, draft);
  const results = request.commands.map((given): Result => {
    const { command, reading } = given.prepared;
    const { device, actor, recordedAt } = mustFirst(given.events);
    const maker = { id: device, root: facts.roots.get(device) ?? device };
    const known = knownAnswers(facts, maker).get(command.id);
    const holder = facts.held.get(command.id);
    if (known !== undefined && !isOtherWish(known, given.prepared, holder)) return resultAgain(known);
    const { traceparent } = command;
    if (isUnderAnother(given, traced.get(traceparent) ?? [], taps.roots))
      return { command: command.id, outcome: "known" };
    const isThere = holder !== undefined && isSameCommand(given.prepared, holder);
    if (isThere || restored.has(command.id)) return { command: command.id, outcome: "known" };
    if (holder !== undefined) return { command: command.id, outcome: "refused", problem: idTaken(holder) };
    if (reading.outcome === "refused") return { command: command.id, ...reading };
    const turn = `${device} ${command.seq}`;
    const format = findFormat(given.events, reading.dataTexts, { key: sealKey, workspace });
    const fault = findForeign(given.events) ?? findClash(bySeq.get(turn));
    if (format === undefined || fault !== undefined)
      return { command: command.id, outcome: "refused", problem: fault ?? forged };
    const { prepared, clockOffsetMs } = proven(format, given);
    const judgement = judgeByRules(prepared, { clockOffsetMs }, draft);
    if (judgement.outcome === "refused") return { command: command.id, ...judgement };
    const once = {
      workspace,
      device: { ...maker, name: actor, role: "owner" },
      clockOffsetMs,
      sealKey,
    } as const;
    append(prepared, judgement, { ...once, serverTime: recordedAt }, draft);
    restored.add(command.id);
    traced.set(traceparent, [
      ...(traced.get(traceparent) ?? []),
      ...draft.events.slice(-given.events.length),
    ]);
    bySeq.set(turn, command.id);
    return { command: command.id, outcome: "restored" };
  });
  if (!results.some(({ outcome }) => outcome === "restored")) {
    const nothing = { events: [], commands: [], numbers: [], head: facts.head };
    return { results, rows: nothing, streams: facts.streams, notes: false };
  }
  const { events, commands, taken, head, streams } = draft;
  return { results, rows: { events, commands, numbers: taken, head }, streams, notes: !isNoted };
}

/** What is in the log that may be commands which are given back, under other ids: by trace, with the lineages. */
export interface Taps {
  readonly events: ReadonlyMap<string, readonly EventRow[]>;
  readonly roots: ReadonlyMap<string, string>;
}

/**
 * Whether a command is in the log under another of its ids: its maker's lineage has written it, or somebody the same.
 */
function isUnderAnother(
  { prepared, events }: GivenBack,
  traced: readonly EventRow[],
  roots: ReadonlyMap<string, string>,
): boolean {
  const { id, stream, traceparent } = prepared.command;
  const rows = traced.filter(
    (row) =>
      row.command !== id &&
      row.stream === stream &&
      isOneTap({ id, traceparent }, { id: row.command, traceparent }),
  );
  const rootOf = (device: string) => roots.get(device) ?? device;
  const maker = rootOf(mustFirst(events).device);
  // Each is looked at alone: what another lineage has put under one of the ids takes nothing from what is under another.
  return [...new Set(rows.map(({ command }) => command))].some((other) => {
    const own = rows.filter(({ command }) => command === other);
    return own.every(({ device }) => rootOf(device) === maker) || saysTheSame(prepared, own);
  });
}

/**
 * The ids under which a restore is noted, the first of them by this build: `findRemembered` must ask for them too. It
 * takes the key of the seals to know it, or a device could use it first and the restore would go unnoticed; earlier
 * builds derived it from the hash alone.
 */
export function restoreNoteIds({ hash }: Cursor, sealKey: KeyObject): readonly [string, string] {
  return [restoreIdOf(createHmac("sha256", sealKey).update(hash).digest("hex")), restoreIdOf(hash)];
}

/**
 * Writes once into the log that the server was restored, where it was set back to, and who noticed. It is under the
 * workspace's own id as its device, with the position as its seq, which no device has.
 */
function noteRestore(request: Parameters<typeof restore>[0], draft: Draft): void {
  const { workspace, common, serverTime, sealKey, device } = request;
  const given = request.commands.reduce((sum, { events }) => sum + events.length, 0);
  // How far its log went is the device's word: the note says no more than what it brings.
  const lostHead = Math.min(request.lostHead, common.position + given);
  const [id] = restoreNoteIds(common, sealKey);
  const stream = workspaceStream(workspace);
  const data = { commonPosition: common.position, lostHead, noticedBy: device };
  const dataTexts = [canonicalJson(data)];
  const event = { id: eventIdOf(id, 0), type: "informative/history-restored", schemaVersion: 2, data };
  const command: PushedCommand = {
    id,
    seq: draft.head.position + 1,
    stream,
    expected: { version: 0, event: null },
    at: serverTime,
    actor: "Docket",
    traceparent: traceparentOf(id),
    events: [event],
  };
  const prepared: PreparedCommand = {
    command,
    fingerprint: id,
    reading: { outcome: "readable", events: [], dataTexts },
  };
  const once = {
    workspace,
    device: { id: workspace, root: workspace, name: command.actor, role: "service" },
    serverTime,
    clockOffsetMs: 0,
    sealKey,
  } as const;
  const before = draft.streams.get(stream);
  // The note changes no state. A stream that a newer build has written on stays unreadable.
  const state = before === undefined ? initialOf(stream) : before.state;
  append(prepared, { state, numbers: [], dataTexts }, once, draft);
}

function resultAgain(known: RememberedCommand): Result {
  const { id: command, answer } = known;
  if (answer.outcome === "refused") return { command, outcome: "refused", problem: answer.problem };
  return { command, outcome: "known" };
}

/** A consumer's events are not given back: it follows the log, and writes them again with the same ids. */
function findForeign(events: readonly LogEvent[]): Problem | undefined {
  if (events.every(({ causation }) => causation === undefined)) return undefined;
  const detail = "expected a device's command, found a consumer's: it writes this again automatically";
  return problem("invalid-event", 422, "An event is not valid", { path: "events.0.causation", detail });
}

/**
 * In which format the events are sealed: one command, whole, unaltered and of this workspace. Undefined where the seal
 * comes out differently.
 */
function findFormat(
  events: readonly LogEvent[],
  dataTexts: readonly string[],
  sealing: Sealing,
): SealFormat | undefined {
  const rows = events.map((event, index) => rowOf(event, dataTexts[index] ?? "null"));
  return findSealFormat(rows, events.at(-1)?.seal ?? "", sealing);
}

const forged = problem("bad-seal", 422, "This command's seal does not hold", {
  detail: "expected a command as this server had recorded it, found another: it was altered, or is not ours",
});

/**
 * What the seal does not cover is not taken from whoever brings it: a command of a former build is in the log with its
 * own clock uncorrected, and under a trace of its own.
 */
function proven(
  format: SealFormat,
  { prepared, events }: GivenBack,
): { readonly prepared: PreparedCommand; readonly clockOffsetMs: number } {
  if (format === 2) return { prepared, clockOffsetMs: mustFirst(events).clockOffsetMs };
  const { command } = prepared;
  const untraced = { ...command, traceparent: traceparentOf(command.id) };
  return { prepared: { ...prepared, command: untraced }, clockOffsetMs: 0 };
}

/** A traceparent that derives from an id: for what has no trace of its own. */
function traceparentOf(id: string): string {
  const trace = createHash("sha256").update(id).digest("hex");
  return `00-${trace.slice(0, 32)}-${trace.slice(32, 48)}-01`;
}

function findClash(other: string | undefined): Problem | undefined {
  if (other === undefined) return undefined;
  return problem("device-cloned", 409, "Another command has this one's number on its device");
}

function mustFirst([first]: readonly LogEvent[]): LogEvent {
  if (first === undefined) throw new Error("expected at least one event of a command, found none");
  return first;
}

function rowOf({ data: _data, causation, hash, seal, ...rest }: LogEvent, dataText: string): EventRow {
  return { ...rest, dataText, causation: causation ?? null, hash: hash ?? null, seal: seal ?? null };
}
