import {
  acceptsOn,
  evolveOn,
  findKind,
  initialOf,
  type KnownEvent,
  type KnownState,
} from "../../domain/kinds.ts";
import { mayRecord } from "../../domain/role.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import { correctedTime } from "../../protocol/log-event.ts";
import { holds, type Problem, problem } from "../../protocol/problem.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import { isOtherWish, knownAnswers, positionsOf, verdictAgain, verdictOfHeld } from "./answer-again.ts";
import { linkOfRows } from "./chain-text.ts";
import type { EventRow } from "./event-row.ts";
import type { Acceptance, Facts, Push, RememberedCommand, StreamFacts, TakenNumber } from "./facts.ts";
import type { PreparedCommand } from "./prepare-command.ts";
import { bytesOfCommand } from "./stored-bytes.ts";

/**
 * Judges a push: commands in order, each in full, against the log as it is under the counter's lock.
 * - A command with a remembered answer gets that answer again, whatever its body says now (L4): its maker does, and
 *   whoever asks for the same. To anybody else the id is taken, and to its maker too where it derives from a name and
 *   another figure is under it; nothing of that is remembered.
 * - Once a command of a stream was not accepted, later ones of that stream answer `conflict`.
 * - Positions are head + 1, head + 2... without holes (L5); a command's events are stored all or none (L2).
 */
export function accept(push: Push, facts: Facts): Acceptance {
  const cloned = findCloned(push, facts);
  if (cloned !== undefined) return { outcome: "device-cloned", seq: cloned };
  const draft = draftOf(facts);
  let { roomBytes } = push;
  const answers = knownAnswers(facts, push.device);
  const blocked = new Set<string>();
  const verdicts: Verdict[] = [];
  const differing: string[] = [];
  const taken: string[] = [];
  for (const prepared of push.commands) {
    const { command, fingerprint } = prepared;
    const known = answers.get(command.id);
    const holder = facts.held.get(command.id);
    if (known !== undefined && !isOtherWish(known, prepared, holder)) {
      if (known.fingerprint !== fingerprint) differing.push(command.id);
      if (known.answer.outcome === "refused") blocked.add(command.stream);
      verdicts.push(verdictAgain(known));
      continue;
    }
    if (holder !== undefined) {
      const verdict = verdictOfHeld(prepared, holder);
      if (verdict.outcome === "refused") {
        blocked.add(command.stream);
        taken.push(command.id);
      }
      verdicts.push(verdict);
      continue;
    }
    const judgement = blocked.has(command.stream)
      ? conflict(command.stream, draft)
      : withinRoom(judge(prepared, push, draft), prepared, roomBytes);
    if (judgement.outcome === "accepted") {
      roomBytes -= bytesOfCommand(prepared);
      const accepted = append(prepared, judgement, push, draft);
      answers.set(command.id, accepted);
      verdicts.push({ command: command.id, outcome: "accepted", positions: positionsOf(accepted) });
      continue;
    }
    blocked.add(command.stream);
    verdicts.push({ command: command.id, ...judgement });
    if (judgement.outcome === "refused" && !mayEnd(judgement.problem)) {
      const refused = remember(prepared, push, judgement);
      answers.set(command.id, refused);
      draft.commands.push(refused);
    }
  }
  const { events, commands, taken: numbers, head, streams } = draft;
  return {
    outcome: "judged",
    verdicts,
    rows: { events, commands, numbers, head },
    differing,
    taken,
    streams,
  };
}

/** The log as it grows while one push is judged: made for one call of `accept`, never shared. */
export interface Draft {
  head: Cursor;
  readonly streams: Map<string, StreamFacts>;
  readonly numbers: Map<string, string>;
  readonly foreignCodes: ReadonlySet<string>;
  readonly events: EventRow[];
  readonly commands: RememberedCommand[];
  readonly taken: TakenNumber[];
}

/** A draft that begins at the end of the log. */
export function draftOf({ head, streams, numbers, foreignCodes }: Facts): Draft {
  const known = { head, streams: new Map(streams), numbers: new Map(numbers), foreignCodes };
  return { ...known, events: [], commands: [], taken: [] };
}

interface Accepted {
  readonly outcome: "accepted";
  readonly state: KnownState | undefined;
  readonly numbers: readonly string[];
  readonly dataTexts: readonly string[];
}
type Judgement = Accepted | Conflict | Refused;
type Conflict = { readonly outcome: "conflict"; readonly version: number };
type Refused = { readonly outcome: "refused"; readonly problem: Problem };

/** A seq of this device that is under another command's id: two devices write under one identity. */
function findCloned(push: Push, facts: Facts): number | undefined {
  const bySeq = new Map(
    facts.remembered
      .filter(({ device }) => device === push.device.id)
      .map((command) => [command.seq, command.id]),
  );
  const known = knownAnswers(facts, push.device);
  return push.commands.find(({ command }) => !known.has(command.id) && bySeq.has(command.seq))?.command.seq;
}

/**
 * What the body says is judged first (it cannot come out otherwise later), then whether the sender may, then whether
 * it was decided on what the stream is now, and last the rules, event by event. A number begins with a code, and the
 * code of a device is that of its lineage: nobody else takes numbers which that one has yet to give.
 */
function judge({ command, reading }: PreparedCommand, push: Push, draft: Draft): Judgement {
  if (reading.outcome === "refused") return reading;
  const forbidden = reading.events.find((event) => !mayRecord(push.device.role, event.type));
  if (forbidden !== undefined) return notAllowed(forbidden, push);
  if (kindOf(command.stream) === "workspace" && idOf(command.stream) !== push.workspace)
    return notThisWorkspace();
  const stream = draft.streams.get(command.stream) ?? noStream;
  if (command.expected.version !== stream.version || command.expected.event !== stream.event) {
    return conflict(command.stream, draft);
  }
  const isForeign = (number: string) =>
    draft.foreignCodes.has(codeOf(number)) && draft.numbers.get(number) !== command.stream;
  if (reading.events.flatMap(numberTaken).some(isForeign)) return refused(numberOfAnother);
  return judgeByRules({ command, reading }, push, draft);
}

/** The same judgement, unless it is to accept what the workspace has no room for. */
function withinRoom(judgement: Judgement, prepared: PreparedCommand, roomBytes: number): Judgement {
  if (judgement.outcome !== "accepted") return judgement;
  return bytesOfCommand(prepared) > roomBytes ? refused(workspaceFull) : judgement;
}

/** Whether the rules allow a command on what its stream is now: order numbers, and each event in turn. */
export function judgeByRules(
  { command, reading }: Pick<PreparedCommand, "command" | "reading">,
  push: Pick<Push, "clockOffsetMs">,
  draft: Draft,
): Accepted | Refused {
  if (reading.outcome === "refused") return reading;
  const stream = draft.streams.get(command.stream) ?? noStream;
  const before = stream.version > 0 ? stream.state : initialState(command.stream);
  if (before === undefined) return unreadable();
  const numbers = reading.events.flatMap(numberTaken);
  const taken = numbers.find((number) => (draft.numbers.get(number) ?? command.stream) !== command.stream);
  if (taken !== undefined) return numberRefused();
  let state: KnownState = before;
  const at = correctedTime(command.at, push.clockOffsetMs);
  for (const [index, event] of reading.events.entries()) {
    const rejection = acceptsOn(command.stream, event, state);
    if (rejection !== undefined) {
      const path = `events.${index}`;
      return refused(problem("rule-broken", 422, "A rule forbids this", { path, rejection }));
    }
    state = evolveOn(command.stream, state, { ...event, at });
  }
  return { outcome: "accepted", state, numbers, dataTexts: reading.dataTexts };
}

/** A stream before its first event. */
const noStream: StreamFacts = { version: 0, event: null, state: undefined };

function initialState(stream: string): KnownState | undefined {
  return findKind(stream) === undefined ? undefined : initialOf(stream);
}

/** The order number that an event takes, if it takes one. */
export function numberTaken(event: KnownEvent): readonly string[] {
  if (event.type === "order-drafted") return [event.data.number];
  return event.type === "order-renumbered" ? [event.data.to] : [];
}

/** The code that an order number begins with: `K7` of `K7-12`. */
export function codeOf(number: string): string {
  return number.slice(0, number.lastIndexOf("-"));
}

/** Gives a command its positions, versions, chain hash and seal. */
export function append(
  prepared: PreparedCommand,
  judgement: Omit<Accepted, "outcome">,
  push: Omit<Push, "commands" | "roomBytes">,
  draft: Draft,
): RememberedCommand {
  const { command } = prepared;
  const { version } = draft.streams.get(command.stream) ?? noStream;
  const { position, hash: previous } = draft.head;
  const placed = command.events.map((event, index) => ({
    position: position + index + 1,
    id: event.id,
    stream: command.stream,
    version: version + index + 1,
    type: event.type,
    schemaVersion: event.schemaVersion,
    dataText: judgement.dataTexts[index] ?? "null",
    at: command.at,
    recordedAt: push.serverTime,
    clockOffsetMs: push.clockOffsetMs,
    device: push.device.id,
    seq: command.seq,
    command: command.id,
    actor: push.device.name,
    traceparent: command.traceparent,
    causation: null,
    hash: null,
    seal: null,
  }));
  const { hash, seal } = linkOfRows(previous, placed, { key: push.sealKey, workspace: push.workspace });
  const last = placed.length - 1;
  const events = placed.map((row, index) => (index === last ? { ...row, hash, seal } : row));
  const answer = { outcome: "accepted", firstPosition: position + 1, events: events.length } as const;
  const accepted = remember(prepared, push, answer);
  draft.events.push(...events);
  draft.commands.push(accepted);
  draft.head = { position: position + events.length, hash };
  draft.streams.set(command.stream, {
    version: version + events.length,
    event: events[last]?.id ?? null,
    state: judgement.state,
  });
  for (const number of judgement.numbers) {
    if (draft.numbers.has(number)) continue;
    draft.numbers.set(number, command.stream);
    draft.taken.push({ number, stream: command.stream });
  }
  return accepted;
}

function remember(
  { command, fingerprint }: PreparedCommand,
  push: Pick<Push, "device">,
  answer: RememberedCommand["answer"],
): RememberedCommand {
  return { id: command.id, device: push.device.id, seq: command.seq, fingerprint, answer };
}

function conflict(stream: string, draft: Draft): Conflict {
  return { outcome: "conflict", version: (draft.streams.get(stream) ?? noStream).version };
}

function refused(because: Problem): Refused {
  return { outcome: "refused", problem: because };
}

function notAllowed(event: KnownEvent, { device }: Push): Refused {
  const detail = `a device with the role ${device.role} may not record ${event.type}`;
  return refused(problem("not-allowed", 403, "This device may not do that", { detail }));
}

/** Settings are on one stream, that of the workspace itself: no device keeps a second set of them (L15). */
function notThisWorkspace(): Refused {
  const detail = "expected the stream of the workspace that this device has joined";
  return refused(
    problem("invalid-event", 422, "These are another workspace's settings", { path: "stream", detail }),
  );
}

function numberRefused(): Refused {
  return refused(
    problem("number-taken", 409, "Another order has this number", { detail: "take a new number" }),
  );
}

/** About the sender, not the command: who owns these numbers may send it, and others once the owner has no access. */
const numberOfAnother = problem("number-taken", 409, "Another device gives these numbers", {
  detail: "its code is another device's: take a new number",
});

/** Refusals that are not remembered: the next time the command comes, the answer may be different. */
function mayEnd(because: Problem): boolean {
  return because === numberOfAnother || holds(because.code);
}

const workspaceFull = problem("workspace-full", 507, "The workspace has no room left", {
  detail: "it has stored as much as this server lets it: whoever runs the server can give it more",
});

function unreadable(): Refused {
  const detail = "the stream holds an event of a newer build: update the server";
  return refused(problem("unknown-type", 422, "The server cannot read this stream yet", { detail }));
}
