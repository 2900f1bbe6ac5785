import { type Problem, problem } from "../../protocol/problem.ts";
import { eventJson } from "../accept/event-row.ts";
import type { Store, TokenOwner } from "../store/store.ts";
import { accessOf } from "./access.ts";

/**
 * The history of one stream as JSON text, its newest events where it is very long. A stream that does not exist and
 * one of another workspace look the same.
 */
export function readStreamHistory(
  store: Store,
  caller: TokenOwner,
  stream: string,
): Promise<string | Problem> {
  return store.inWorkspace(caller.workspace, async (tx) => {
    const access = accessOf(await tx.findDevice(caller.device));
    if (access.outcome !== "allowed") return access.problem;
    const [head] = await tx.findStreamHeads([stream]);
    if (head === undefined) return problem("not-found", 404, "There is nothing here");
    const rows = await tx.readStream(stream, Math.max(0, head.version - eventsMax), eventsMax);
    const members = JSON.stringify({ stream, version: head.version });
    return `${members.slice(0, -1)},"events":[${rows.map(eventJson).join(",")}]}`;
  });
}

const eventsMax = 5_000;
