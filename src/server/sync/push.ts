import type { Cursor } from "../../protocol/cursor.ts";
import { cursorStart } from "../../protocol/cursor.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import { accept, codeOf, numberTaken } from "../accept/accept.ts";
import { mayBeOtherWish } from "../accept/answer-again.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { Acceptance, Facts, RememberedCommand, StreamFacts } from "../accept/facts.ts";
import type { PreparedCommand } from "../accept/prepare-command.ts";
import { bytesOfRows } from "../accept/stored-bytes.ts";
import type { Store, WorkspaceTx } from "../store/store.ts";
import { accessOf } from "./access.ts";
import { foldStream, stateBefore } from "./fold-stream.ts";
import type { StateCache } from "./state-cache.ts";

/** What one push brings. `lastCursor` is where the device's log ends. */
export interface PushRequest {
  readonly workspace: string;
  readonly device: string;
  readonly cursor: Cursor;
  readonly commands: readonly PreparedCommand[];
  readonly serverTime: string;
  readonly clockOffsetMs: number;
  /** How many bytes the workspace may store in all; as many as it likes unless it is said. */
  readonly storedBytesMax?: number;
}

/** How a push ended. `head` is the log's last position afterwards; `stored` whether it has grown. */
export type PushOutcome =
  | { readonly outcome: "refused"; readonly problem: Problem }
  | {
      readonly outcome: "judged";
      readonly verdicts: readonly Verdict[];
      readonly differing: readonly string[];
      readonly taken: readonly string[];
      readonly head: number;
      readonly stored: boolean;
      /** What this push has added to what the workspace has stored, and what that is now, in bytes. */
      readonly addedBytes: number;
      readonly storedBytes: number;
    };

/**
 * Judges and stores the commands of one request in one transaction, and tells the other devices after its commit.
 * The counter is locked first and everything else is read after it, all in one flight to the database.
 */
export async function push(store: Store, cache: StateCache, request: PushRequest): Promise<PushOutcome> {
  const { workspace } = request;
  const ended = await store.inWorkspace(workspace, (tx) => pushIn(tx, store, cache, request), "inTurn");
  if (ended.outcome !== "judged") return ended;
  const { rows, verdicts, differing, taken, streams, storedBytes } = ended;
  // Only now, after the commit: a state that was never stored must not be judged upon.
  for (const { stream } of rows.events) {
    const facts = streams.get(stream);
    if (facts !== undefined) cache.put(workspace, stream, facts);
  }
  const head = rows.head.position;
  const stored = rows.events.length > 0;
  if (stored) store.announce({ kind: "head", workspace, head });
  const addedBytes = bytesOfRows(rows);
  const judged = {
    verdicts,
    differing,
    taken,
    head,
    stored,
    addedBytes,
    storedBytes: storedBytes + addedBytes,
  };
  return { outcome: "judged", ...judged };
}

type Ended =
  | Extract<PushOutcome, { outcome: "refused" }>
  | (Extract<Acceptance, { outcome: "judged" }> & { readonly storedBytes: number });

/** The cursor is no place of this history: the device must find out where they part, not be served from a guess. */
export const historyChanged = problem(
  "history-changed",
  409,
  "The server's history is not the one of this cursor",
);

async function pushIn(
  tx: WorkspaceTx,
  store: Store,
  cache: StateCache,
  request: PushRequest,
): Promise<Ended> {
  const { commands, cursor } = request;
  const streamNames = [...new Set(commands.map(({ command }) => command.stream))];
  const taken = commands.flatMap(numbersOf);
  const [head, device, hash, remembered, heads, numbers, codes, storedBytes] = await Promise.all([
    tx.lockHead(),
    tx.findDevice(request.device),
    cursor.position === 0 ? cursorStart.hash : tx.findHashAt(cursor.position),
    tx.findRemembered(
      commands.map(({ command }) => command.id),
      request.device,
      commands.map(({ command }) => command.seq),
    ),
    tx.findStreamHeads(streamNames),
    tx.findNumbers(taken),
    tx.findCodes([...new Set(taken.map(codeOf))]),
    tx.readStoredBytes(),
  ]);
  const access = accessOf(device);
  if (access.outcome !== "allowed") return access;
  const { name, root } = access.device;
  const foreign = codes.filter((code) => code.root !== root);
  if (hash !== cursor.hash) return { outcome: "refused", problem: historyChanged };
  const streams = new Map<string, StreamFacts>();
  for (const { stream, version, event } of heads) {
    const state = cache.find(request.workspace, stream, event)?.state ?? (await foldedState(tx, stream));
    streams.set(stream, { version, event, state });
  }
  const acceptance = accept(
    {
      workspace: request.workspace,
      device: { id: request.device, root, name, role: access.role },
      commands,
      serverTime: request.serverTime,
      clockOffsetMs: request.clockOffsetMs,
      sealKey: store.installation.sealKey,
      roomBytes: (request.storedBytesMax ?? Number.POSITIVE_INFINITY) - storedBytes,
    },
    {
      head,
      remembered,
      ...(await readHolders(
        tx,
        remembered.filter(
          (known) =>
            known.device !== request.device || commands.some((command) => mayBeOtherWish(known, command)),
        ),
        [request.device],
      )),
      streams,
      numbers: new Map(numbers.map(({ number, stream }) => [number, stream])),
      foreignCodes: new Set(foreign.map(({ code }) => code)),
    },
  );
  if (acceptance.outcome === "device-cloned")
    return { outcome: "refused", problem: deviceCloned(acceptance.seq) };
  if (acceptance.rows.commands.length > 0) await tx.append(acceptance.rows);
  return { ...acceptance, storedBytes };
}

/**
 * Who has used the ids of these commands before, another device or another tap, and the events in the log under them.
 * Nearly always nobody has, and nothing is read.
 */
export async function readHolders(
  tx: WorkspaceTx,
  others: readonly RememberedCommand[],
  own: readonly string[],
): Promise<Pick<Facts, "roots" | "held">> {
  if (others.length === 0) return { roots: new Map(), held: new Map() };
  const devices = [...new Set([...own, ...others.map(({ device }) => device)])];
  const accepted = others.filter(({ answer }) => answer.outcome === "accepted").map(({ id }) => id);
  const [rows, events] = await Promise.all([
    Promise.all(devices.map((device) => tx.findDevice(device))),
    tx.findCommandEvents([...new Set(accepted)]),
  ]);
  const roots = rows.flatMap((row) => (row === undefined ? [] : [[row.id, row.root] as const]));
  const held = new Map<string, EventRow[]>();
  for (const event of events) held.set(event.command, [...(held.get(event.command) ?? []), event]);
  return { roots: new Map(roots), held };
}

function deviceCloned(seq: number): Problem {
  const detail = `seq ${seq} stands under another command: take a new identity`;
  return problem("device-cloned", 409, "Another device writes under this identity", { detail });
}

function numbersOf({ reading }: PreparedCommand): readonly string[] {
  return reading.outcome === "readable" ? reading.events.flatMap(numberTaken) : [];
}

/** The state of a stream, read in bounded pieces, so that a long one does not stand in memory at once. */
export async function foldedState(tx: WorkspaceTx, stream: string): Promise<StreamFacts["state"]> {
  let state = stateBefore(stream);
  for (let version = 0; state !== undefined; ) {
    const rows = await tx.readStream(stream, version, readMax);
    state = foldStream(stream, state, rows);
    if (rows.length < readMax) break;
    version += rows.length;
  }
  return state;
}

const readMax = 500;
