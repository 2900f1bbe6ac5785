import type { Cursor } from "../../protocol/cursor.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import { accept, codeOf, numberTaken } from "../accept/accept.ts";
import { mayBeOtherWish } from "../accept/answer-again.ts";
import type { Acceptance } from "../accept/facts.ts";
import type { PreparedCommand } from "../accept/prepare-command.ts";
import { bytesOfRows } from "../accept/stored-bytes.ts";
import type { Store, WorkspaceTx } from "../store/store.ts";
import { lockFacts, publish } from "./locked-facts.ts";
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
 */
export async function push(store: Store, cache: StateCache, request: PushRequest): Promise<PushOutcome> {
  const { workspace } = request;
  const ended = await store.inWorkspace(workspace, (tx) => pushIn(tx, store, cache, request), "inTurn");
  if (ended.outcome !== "judged") return ended;
  const { rows, verdicts, differing, taken, storedBytes } = ended;
  publish(store, cache, workspace, ended);
  const addedBytes = bytesOfRows(rows);
  const judged = {
    verdicts,
    differing,
    taken,
    head: rows.head.position,
    stored: rows.events.length > 0,
    addedBytes,
    storedBytes: storedBytes + addedBytes,
  };
  return { outcome: "judged", ...judged };
}

type Ended =
  | Extract<PushOutcome, { outcome: "refused" }>
  | (Extract<Acceptance, { outcome: "judged" }> & { readonly storedBytes: number });

async function pushIn(
  tx: WorkspaceTx,
  store: Store,
  cache: StateCache,
  request: PushRequest,
): Promise<Ended> {
  const { workspace, commands, cursor } = request;
  const ids = commands.map(({ command }) => command.id);
  const seqs = commands.map(({ command }) => command.seq);
  const numbers = commands.flatMap(numbersOf);
  const [locked, codes] = await Promise.all([
    lockFacts(tx, cache, {
      workspace,
      device: request.device,
      cursor,
      streams: commands.map(({ command }) => command.stream),
      numbers,
      remembered: () => tx.findRemembered(ids, request.device, seqs),
      isAnothers: (known) =>
        known.device !== request.device || commands.some((command) => mayBeOtherWish(known, command)),
      writers: [request.device],
    }),
    tx.findCodes([...new Set(numbers.map(codeOf))]),
  ]);
  if (locked.outcome !== "locked") return locked;
  const { storedBytes } = locked;
  const { name, root } = locked.device;
  const foreign = codes.filter((code) => code.root !== root);
  const acceptance = accept(
    {
      workspace,
      device: { id: request.device, root, name, role: locked.role },
      commands,
      serverTime: request.serverTime,
      clockOffsetMs: request.clockOffsetMs,
      sealKey: store.installation.sealKey,
      roomBytes: (request.storedBytesMax ?? Number.POSITIVE_INFINITY) - storedBytes,
    },
    { ...locked.facts, foreignCodes: new Set(foreign.map(({ code }) => code)) },
  );
  if (acceptance.outcome === "device-cloned")
    return { outcome: "refused", problem: deviceCloned(acceptance.seq) };
  if (acceptance.rows.commands.length > 0) await tx.append(acceptance.rows);
  return { ...acceptance, storedBytes };
}

function deviceCloned(seq: number): Problem {
  const detail = `seq ${seq} belongs to another command: take a new identity`;
  return problem("device-cloned", 409, "Another device writes under this identity", { detail });
}

function numbersOf({ reading }: PreparedCommand): readonly string[] {
  return reading.outcome === "readable" ? reading.events.flatMap(numberTaken) : [];
}
