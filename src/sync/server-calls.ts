import type { WantedStates } from "../device/beginning.ts";
import type { Identity } from "../device/rows.ts";
import { type Consistency, consistencySchema } from "../protocol/consumer-messages.ts";
import {
  type Chain,
  chainSchema,
  type ResupplyRequest,
  type ResupplyResponse,
  resupplyResponseSchema,
} from "../protocol/healing-messages.ts";
import { type Joined, type JoinRequest, joinedSchema } from "../protocol/joining-messages.ts";
import { type StatesPage, statesPageSchema } from "../protocol/states-messages.ts";
import { type SyncRequest, type SyncResponse, syncResponseSchema } from "../protocol/sync-messages.ts";
import type { ExchangePorts, Successor } from "./exchange.ts";
import { call, type Reply } from "./transport.ts";

/** Asks where commands end in the server's log. */
function askChain(identity: Identity, positions: readonly number[]): Promise<Reply<Chain>> {
  const path = `/v1/chain?positions=${positions.join(",")}`;
  return call({ ...mustJoined(identity), method: "GET", path, schema: chainSchema });
}

/** Gives commands back to a restored server. */
function giveBack(identity: Identity, body: ResupplyRequest): Promise<Reply<ResupplyResponse>> {
  const path = "/v1/resupply";
  return call({ ...mustJoined(identity), method: "POST", path, body, schema: resupplyResponseSchema });
}

/** Asks for a page of states. */
function askStates(identity: Identity, { part, after }: WantedStates): Promise<Reply<StatesPage>> {
  const query = new URLSearchParams({ part, ...(after === undefined ? {} : { after }) });
  return call({
    ...mustJoined(identity),
    method: "GET",
    path: `/v1/states?${query}`,
    schema: statesPageSchema,
  });
}

/** Asks how far the services behind the log have come, against a place of it. */
export function askConsistency(identity: Identity, at: string): Promise<Reply<Consistency>> {
  const path = `/v1/consistency?${new URLSearchParams({ at })}`;
  return call({ ...mustJoined(identity), method: "GET", path, schema: consistencySchema });
}

function mustJoined({ joined }: Identity): { readonly origin: string; readonly token: string } {
  if (joined === undefined) throw new Error("expected a device that has joined a server");
  return { origin: joined.origin, token: joined.token };
}

/** Asks the server for an identity that follows the asking one. */
function askToSucceed(identity: Identity, drawn: Successor): Promise<Reply<Joined>> {
  const { deviceId, deviceName } = identity;
  // Member by member: what a value carries beside its type would go with a spread, and the server refuses it.
  const device = { id: drawn.id, name: deviceName, token: drawn.token };
  const body: JoinRequest = { successorOf: deviceId, device };
  return call({ ...mustJoined(identity), method: "POST", path: "/v1/devices", body, schema: joinedSchema });
}

/** Sends a request to the server that an identity has joined. */
function postSync(identity: Identity, request: SyncRequest): Promise<Reply<SyncResponse>> {
  const path = "/v1/sync";
  return call({ ...mustJoined(identity), method: "POST", path, body: request, schema: syncResponseSchema });
}

/** The way to the server that an identity has joined. */
export const serverCalls: Pick<ExchangePorts, "post" | "succeed" | "askChain" | "giveBack" | "askStates"> = {
  post: postSync,
  succeed: askToSucceed,
  askChain,
  giveBack,
  askStates,
};
