import type * as v from "valibot";
import type { Device } from "../../device/storage/device.ts";
import type { SyncTrouble } from "../../device/storage/sync-status.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { RequestBody } from "../../protocol/request-body.ts";
import { mustJoined } from "./must-joined.ts";
import { call, type Reply } from "./transport.ts";

/**
 * Why it did not work: what the server says (a problem code), or why there was no answer of it (`SyncTrouble`,
 * `Between`).
 */
export interface Refused {
  readonly ok: false;
  readonly trouble: SyncTrouble | (string & {});
  readonly problem?: Problem;
}

/** What the server was asked for, or why it did not work. */
export type Answer<Value> = { readonly ok: true; readonly value: Value } | Refused;

/** Asks the server that a device has joined, as that device. Waits 20 s for the answer at most. */
export function callAs<Schema extends v.GenericSchema>(
  device: Device,
  request: {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    readonly path: string;
    readonly schema: Schema;
    readonly body?: RequestBody;
  },
): Promise<Reply<v.InferOutput<Schema>>> {
  return call({ ...request, ...mustJoined(device.identity()), timeoutMs: 20_000 });
}

/** What did not work, in one shape: a problem of the server, or no answer. */
export function refused(reply: Exclude<Reply<unknown>, { outcome: "answered" }>): Refused {
  if (reply.outcome === "failed") return { ok: false, trouble: reply.between ?? reply.trouble };
  return { ok: false, trouble: reply.problem.code, problem: reply.problem };
}
