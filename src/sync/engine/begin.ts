import type { Device } from "../../device/storage/device.ts";
import type { Identity } from "../../device/storage/rows.ts";
import { beginWithEvents, findWantedStates, type WantedStates } from "../../device/streams/beginning.ts";
import { foldModel } from "../../domain/fold-model.ts";
import type { StatesPage } from "../../protocol/states-messages.ts";
import type { Reply } from "../calls/transport.ts";
import { applyStates } from "./apply-states.ts";

/** What beginning asks of the server. */
export interface BeginPorts {
  readonly askStates: (identity: Identity, wanted: WantedStates) => Promise<Reply<StatesPage>>;
  readonly nowMs: () => number;
}

type Failed = Exclude<Reply<never>, { outcome: "answered" }>;

/**
 * The outcome of a step. `fetched`: a page of states is here. `nothing`: none is wanted now, or the server has none
 * that this build can use.
 */
export type Begun = "fetched" | "nothing" | "stale" | Failed;

/**
 * Fetches the next page of states, where one is wanted. Where the server has none for this build, a device whose log is
 * empty fetches the events from the first one; another asks again with its next exchange.
 */
export async function fetchStates(
  device: Device,
  ports: BeginPorts,
  at: { readonly identity: Identity; readonly fence: number; readonly isEmpty: boolean },
): Promise<Begun> {
  const wanted = await findWantedStates(device.db);
  if (wanted === undefined) return "nothing";
  const reply = await ports.askStates(at.identity, wanted);
  const isUsable = reply.outcome === "answered" && reply.body.model === foldModel();
  if (isUsable) {
    const { fence } = at;
    const applied = await applyStates(device.db, { fence, wanted, page: reply.body, nowMs: ports.nowMs() });
    return applied === "stale" ? "stale" : "fetched";
  }
  if (reply.outcome !== "answered" && !meansNoStates(reply)) return reply;
  if (at.isEmpty) await beginWithEvents(device.db);
  return "nothing";
}

/** The server answers but cannot do this: it is older than this build, has no states, or has them wrong. */
function meansNoStates(reply: Failed): boolean {
  if (reply.outcome === "failed") return reply.trouble === "unexpected-answer";
  return reply.problem.status === 404 || reply.problem.status === 500;
}
