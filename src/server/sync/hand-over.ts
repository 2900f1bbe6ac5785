import { timingSafeEqual } from "node:crypto";
import { findCursor } from "../../protocol/cursor.ts";
import type { HandedCommand, HandOverRequest, HandOverResponse } from "../../protocol/hand-over-messages.ts";
import { problem } from "../../protocol/problem.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import { proofByHash } from "../../protocol/written-by.ts";
import { prepareCommand } from "../accept/prepare-command.ts";
import type { Answer } from "../answer.ts";
import type { DeviceRow, Store, TokenOwner } from "../store/store.ts";
import { accessOf } from "./access.ts";
import { historyChanged } from "./history.ts";
import { push } from "./push.ts";
import type { StateCache } from "./state-cache.ts";

/** What handing over needs of the server. */
export interface HandOverParts {
  readonly store: Store;
  readonly cache: StateCache;
  readonly clock: () => Date;
}

/**
 * Takes what a device brings of others (a backup file): each command is judged as its writer's, with the writer's role,
 * name and codes, and never with the bringer's. One whose proof does not hold, or whose writer has no access any more,
 * is refused as `not-proven`: a person looks at it on the bringing device, and nothing of that is remembered here.
 */
export async function handOver(
  parts: HandOverParts,
  caller: TokenOwner,
  request: HandOverRequest,
): Promise<Answer<HandOverResponse>> {
  const { store } = parts;
  const { workspace } = caller;
  const cursor = findCursor(request.cursor);
  if (cursor === undefined)
    return {
      problem: problem("malformed", 400, "The request is not valid", {
        path: "cursor",
        detail: "expected a cursor",
      }),
    };
  const now = parts.clock();
  const names = [...new Set(request.commands.map(({ device }) => device))];
  const [bringer, writers] = await store.inWorkspace(workspace, (tx) =>
    Promise.all([tx.findDevice(caller.device), Promise.all(names.map((name) => tx.findDevice(name)))]),
  );
  const access = accessOf(bringer);
  if (access.outcome !== "allowed") return { problem: access.problem };
  const known = new Map(writers.flatMap((row) => (row === undefined ? [] : [[row.id, row] as const])));
  const verdicts: Verdict[] = [];
  for (const run of runsOf(request.commands)) {
    const writer = known.get(run[0]?.device ?? "");
    const proven = run.filter((command) => writer !== undefined && holds(command, writer, workspace));
    verdicts.push(...run.filter((command) => !proven.includes(command)).map(notProven));
    if (writer === undefined || proven.length === 0) continue;
    const pushed = await push(store, parts.cache, {
      workspace,
      device: writer.id,
      cursor,
      commands: proven.map(({ device: _device, proof: _proof, ...command }) => prepareCommand(command)),
      serverTime: now.toISOString(),
      clockOffsetMs: now.getTime() - Date.parse(request.now),
    });
    if (pushed.outcome === "judged") verdicts.push(...pushed.verdicts);
    else if (pushed.problem === historyChanged) return { problem: historyChanged };
    else verdicts.push(...proven.map(notProven));
  }
  return { value: { serverTime: now.toISOString(), verdicts } };
}

/** The commands in runs of one writer each, in their order. */
function runsOf(commands: readonly HandedCommand[]): readonly (readonly HandedCommand[])[] {
  const runs: HandedCommand[][] = [];
  for (const command of commands) {
    const last = runs.at(-1);
    if (last?.[0]?.device === command.device) last.push(command);
    else runs.push([command]);
  }
  return runs;
}

function holds(command: HandedCommand, writer: DeviceRow, workspace: string): boolean {
  if (accessOf(writer).outcome !== "allowed") return false;
  const proof = proofByHash(writer.tokenHash, { ...command, workspace });
  return timingSafeEqual(Buffer.from(proof), Buffer.from(command.proof));
}

function notProven({ id }: HandedCommand): Verdict {
  return { command: id, outcome: "refused", problem: unproven };
}

const unproven = problem("not-proven", 403, "Nothing proves who wrote this", {
  detail: "the proof does not hold, or the device that wrote it has no access any more",
});
