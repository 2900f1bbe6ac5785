import type { Identity } from "../../device/storage/rows.ts";
import { handOverResponseSchema } from "../../protocol/hand-over-messages.ts";
import { chainSchema, resupplyResponseSchema } from "../../protocol/healing-messages.ts";
import { type JoinRequest, joinedSchema } from "../../protocol/joining-messages.ts";
import { statesPageSchema } from "../../protocol/states-messages.ts";
import { syncResponseSchema } from "../../protocol/sync-messages.ts";
import { mustJoined } from "../calls/must-joined.ts";
import { makePacking, type Packing } from "../calls/packing.ts";
import { call } from "../calls/transport.ts";
import type { ExchangePorts, Successor } from "../engine/exchange.ts";

/** The way to the server that an identity has joined. */
export type ServerCalls = Pick<
  ExchangePorts,
  "post" | "askSuccessor" | "handOver" | "askChain" | "giveBack" | "askStates"
>;

/** Makes the way to the servers that identities have joined; it remembers of each whether packed bodies get through. */
export function makeServerCalls(nowMs: () => number, fetch?: typeof globalThis.fetch): ServerCalls {
  const packings = new Map<string, Packing>();
  const via = fetch === undefined ? {} : { fetch };
  const packingOf = (origin: string): Packing => {
    const known = packings.get(origin) ?? makePacking(nowMs);
    packings.set(origin, known);
    return known;
  };
  const wayOf = (identity: Identity) => {
    const joined = mustJoined(identity);
    return { ...joined, ...via, packing: packingOf(joined.origin) };
  };
  return {
    post: (identity, body) =>
      call({ ...wayOf(identity), method: "POST", path: "/v1/sync", body, schema: syncResponseSchema }),
    askSuccessor: (identity, drawn) => {
      const body = successorRequest(identity, drawn);
      return call({ ...wayOf(identity), method: "POST", path: "/v1/devices", body, schema: joinedSchema });
    },
    handOver: (identity, body) =>
      call({
        ...wayOf(identity),
        method: "POST",
        path: "/v1/hand-over",
        body,
        schema: handOverResponseSchema,
      }),
    askChain: (identity, positions) => {
      const path = `/v1/chain?positions=${positions.join(",")}`;
      return call({ ...wayOf(identity), method: "GET", path, schema: chainSchema });
    },
    giveBack: (identity, body) =>
      call({
        ...wayOf(identity),
        method: "POST",
        path: "/v1/resupply",
        body,
        schema: resupplyResponseSchema,
      }),
    askStates: (identity, { part, after }) => {
      const query = new URLSearchParams({ part, ...(after === undefined ? {} : { after }) });
      return call({
        ...wayOf(identity),
        method: "GET",
        path: `/v1/states?${query}`,
        schema: statesPageSchema,
      });
    },
  };
}

/** Member by member: what a value carries beside its type would go with a spread, and the server refuses it. */
function successorRequest({ deviceId, deviceName }: Identity, drawn: Successor): JoinRequest {
  return { successorOf: deviceId, device: { id: drawn.id, name: deviceName, token: drawn.token } };
}
