import { foldModel } from "../../domain/fold-model.ts";
import { limits } from "../../protocol/limits.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { StatesPart } from "../../protocol/states-messages.ts";
import type { StateRow, Store, TokenOwner } from "../store/store.ts";
import { accessOf } from "./access.ts";
import type { KeptStates } from "./keep-states.ts";

/**
 * One page of the kept states as JSON text, for a device that begins. Where there are none worth it (a short log, or
 * states that are far behind it) the answer is `not-found`: the device fetches the events.
 */
export async function readStatesPage(
  { store, states }: { readonly store: Store; readonly states: KeptStates },
  caller: TokenOwner,
  asked: { readonly part: StatesPart; readonly after?: string },
): Promise<string | Problem> {
  const answer = await store.inWorkspace(caller.workspace, async (tx) => {
    const [device, head, kept] = await Promise.all([
      tx.findDevice(caller.device),
      tx.readHead(),
      tx.findStatesPosition(false),
    ]);
    const access = accessOf(device);
    if (access.outcome !== "allowed") return access.problem;
    const isUsable =
      kept?.model === foldModel() && kept.position >= states.from && kept.position >= head.position / 2;
    if (!isUsable) return head.position >= states.from ? "to-follow" : nothing;
    const [counts, rows] = await Promise.all([
      asked.after === undefined ? tx.countStates() : undefined,
      tx.readStates(asked.part, asked.after ?? null, page),
    ]);
    return pageText({ ...kept, counts, rows });
  });
  if (answer !== "to-follow") return answer;
  // For the next device that begins; this one has not the time to wait for it.
  states.follow(caller.workspace).catch(() => {});
  return nothing;
}

const nothing = problem("not-found", 404, "There are no states of this log: fetch its events");
const page = { states: limits.pageStates, bytes: limits.pageBytes };

function pageText(answer: {
  readonly position: number;
  readonly hash: string;
  readonly model: string;
  readonly counts: Readonly<Record<StatesPart, number>> | undefined;
  readonly rows: readonly StateRow[];
}): string {
  const { rows, ...rest } = answer;
  // A page that was cut by its bytes may be followed by none: one request more, and never a state less.
  const members = JSON.stringify({ ...rest, next: rows.at(-1)?.stream ?? null });
  const states = rows.map(({ stream, version, event, stateText }) => {
    const head = JSON.stringify({ stream, version, event });
    return `${head.slice(0, -1)},"state":${stateText}}`;
  });
  return `${members.slice(0, -1)},"states":[${states.join(",")}]}`;
}
