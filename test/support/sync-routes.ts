import { handOverRequestSchema } from "../../src/protocol/hand-over-messages.ts";
import {
  chainQuerySchema,
  type ResupplyRequest,
  resupplyRequestSchema,
} from "../../src/protocol/healing-messages.ts";
import { deviceChangeSchema, joinRequestSchema } from "../../src/protocol/joining-messages.ts";
import { limits, protocolVersion } from "../../src/protocol/limits.ts";
import type { Problem } from "../../src/protocol/problem.ts";
import { statesQuerySchema } from "../../src/protocol/states-messages.ts";
import { type SyncRequest, syncRequestSchema } from "../../src/protocol/sync-messages.ts";
import { makeTokens, type Tokens } from "../../src/server/http/authenticate.ts";
import type { Parts } from "../../src/server/http/parts.ts";
import { sync } from "../../src/server/http/sync-route.ts";
import { makeWriteQuota, type WriteLimits } from "../../src/server/http/write-quota.ts";
import { joinAsSuccessor, joinByCode } from "../../src/server/joining/join.ts";
import { changeDevice, revokeDevice } from "../../src/server/joining/manage-devices.ts";
import type { Store, TokenOwner } from "../../src/server/store/store.ts";
import { handOver } from "../../src/server/sync/hand-over.ts";
import { chain, resupply } from "../../src/server/sync/healing.ts";
import { makeLogTail } from "../../src/server/sync/log-tail.ts";
import { readStatesPage } from "../../src/server/sync/states-page.ts";
import { noMetrics } from "../../src/server/telemetry/metrics.ts";
import { noTelemetry } from "../../src/server/telemetry/telemetry.ts";
import { type WireRoute, wireRoute } from "./over-the-wire.ts";

/** What the routes of a virtual server use, and who watches them. */
export interface SyncRouteParts extends Pick<Parts, "store" | "cache" | "clock" | "states" | "tokens"> {
  /** At most so many events on a page, whatever is asked for. */
  readonly pageEvents?: number;
  /** How much may be written, read again with each request; without a limit unless it is said. */
  readonly writeLimits?: WriteLimits;
  readonly onSync?: (request: SyncRequest) => void;
  readonly onGivenBack?: (request: ResupplyRequest) => void;
}

const plenty: WriteLimits = { hourBytes: 2 ** 30, workspaceBytes: 2 ** 34 };

/** All routes that syncing asks, on what the real ones use. */
export function syncRoutes(parts: SyncRouteParts): readonly WireRoute[] {
  const { store, clock, tokens, pageEvents, onSync, onGivenBack } = parts;
  const writes = makeWriteQuota(parts.writeLimits ?? plenty, noMetrics, () => clock().getTime());
  const all = { ...parts, tail: makeLogTail(store), telemetry: noTelemetry, writes };
  return [
    // What a device looks at that does not know who has answered it.
    wireRoute("GET", "/v1/meta", {}, async () => {
      const serverTime = clock().toISOString();
      const version = { version: "0.0.0", protocol: protocolVersion };
      return { product: "docket", ...version, serverTime, publicUrl: null, setup: false };
    }),
    wireRoute("POST", "/v1/sync", { body: syncRequestSchema }, async ({ body, caller }) => {
      onSync?.(body);
      const request = pageEvents === undefined ? body : { ...body, limit: pageEvents };
      return sync(all, mustBeKnown(caller), request, { warn: () => {} });
    }),
    wireRoute(
      "POST",
      "/v1/devices",
      { body: joinRequestSchema, bytesMax: 16 * 1024 },
      async ({ body, caller }) => {
        if (!("code" in body) && "code" in caller) return caller;
        const joining =
          "code" in body
            ? await joinByCode(store, body, clock())
            : await joinAsSuccessor(store, mustBeKnown(caller), body, clock());
        if (!("joined" in joining)) return joining.problem;
        tokens.joined(body.device.token);
        return joining.joined;
      },
    ),
    wireRoute("GET", "/v1/chain", { query: chainQuerySchema }, async ({ query, caller }) =>
      said(await chain(all, mustBeKnown(caller), query.positions)),
    ),
    wireRoute("POST", "/v1/hand-over", { body: handOverRequestSchema }, async ({ body, caller }) =>
      said(await handOver(all, mustBeKnown(caller), body)),
    ),
    wireRoute("POST", "/v1/resupply", givenBack, async ({ body, caller }) => {
      onGivenBack?.(body);
      return said(await resupply(all, mustBeKnown(caller), body));
    }),
    wireRoute("GET", "/v1/states", { query: statesQuerySchema }, async ({ query, caller }) =>
      readStatesPage(all, mustBeKnown(caller), query),
    ),
  ];
}

/** The routes by which an owner changes what others may do. */
export function accessRoutes({ store, clock }: Pick<Parts, "store" | "clock">): readonly WireRoute[] {
  return [
    wireRoute(
      "PATCH",
      "/v1/devices/{id}",
      { body: deviceChangeSchema, bytesMax: 16 * 1024 },
      async ({ body, caller, params: { id = "" } }) =>
        said(await changeDevice(store, mustBeKnown(caller), id, body)),
    ),
    wireRoute("DELETE", "/v1/devices/{id}", {}, async ({ caller, params: { id = "" } }) =>
      said(await revokeDevice(store, mustBeKnown(caller), id, clock())),
    ),
  ];
}

/** Whose tokens are whose in a store, with a door that lets every stranger ask. */
export function tokensOf(store: Store): Tokens {
  return makeTokens(store, (look) => look());
}

const givenBack = { body: resupplyRequestSchema, bytesMax: limits.resupplyBytesMax } as const;

function mustBeKnown(caller: TokenOwner | Problem): TokenOwner {
  if ("code" in caller) throw new Error(`expected a caller, found ${caller.code}`);
  return caller;
}

function said(answer: { readonly value: object } | { readonly problem: Problem }): object {
  return "problem" in answer ? answer.problem : answer.value;
}
