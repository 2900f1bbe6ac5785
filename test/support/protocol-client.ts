import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { Role } from "../../src/domain/role.ts";
import { cursorStart, formatCursor } from "../../src/protocol/cursor.ts";
import { newId } from "../../src/protocol/ids.ts";
import {
  deviceSchema,
  devicesSchema,
  inviteSchema,
  type Joined,
  joinedSchema,
  streamHistorySchema,
} from "../../src/protocol/joining-messages.ts";
import { protocolHeader, protocolVersion } from "../../src/protocol/limits.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import {
  type PushedCommand,
  type SyncRequest,
  type SyncResponse,
  syncResponseSchema,
} from "../../src/protocol/sync-messages.ts";
import { verifyPage } from "../../src/sync/engine/verify-page.ts";
import { faultsOfAnswer } from "./check-answer.ts";

/** A device of the tests without a browser: it speaks the protocol over real HTTP and keeps nothing. */
export interface ProtocolClient {
  readonly token: string;
  readonly joined: Joined;
  readonly sync: (request: Partial<SyncRequest>) => Promise<SyncResponse>;
  /** Pushes commands (seq ascending) and yields their verdicts; of the log only a line comes down. */
  readonly push: (commands: readonly PushedCommand[]) => Promise<SyncResponse["verdicts"]>;
  /** The whole log from its start: every page is verified, so it has no holes and its chain holds. */
  readonly pullAll: () => Promise<readonly LogEvent[]>;
  /** The events of one stream; none where the server does not know it. */
  readonly readStream: (stream: string) => Promise<readonly LogEvent[]>;
  /** Makes an invite's code, as an owner. */
  readonly invite: (role: Role) => Promise<string>;
  /** Takes a device's access back, as an owner. */
  readonly revoke: (deviceId: string) => Promise<void>;
  /** Takes an identity that follows this one. */
  readonly takeSuccessor: (name: string) => Promise<ProtocolClient>;
  readonly listDevices: () => Promise<readonly { readonly id: string; readonly name: string }[]>;
}

/** Starts a workspace at a server that `startDocket` has started; the client is its owner. */
export async function startWorkspaceAt(url: string, name = "Shop"): Promise<ProtocolClient> {
  return enter(url, "/v1/workspaces", { setupCode: "SETUP-CODE", name }, "Office");
}

/** Joins by an invite's code. */
export async function joinAt(url: string, code: string, deviceName: string): Promise<ProtocolClient> {
  return enter(url, "/v1/devices", { code }, deviceName);
}

/** Speaks as a device that has joined before, with its token. */
export function clientOf(url: string, token: string, joined: Joined): ProtocolClient {
  const ask = async <Schema extends v.GenericSchema>(
    method: string,
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<v.InferOutput<Schema>> => {
    const answer = await send(url + path, method, token, body);
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return v.parse(schema, await answer.json());
  };
  const sync = (request: Partial<SyncRequest>) =>
    ask("POST", "/v1/sync", syncResponseSchema, {
      cursor: null,
      lastSeq: Number.MAX_SAFE_INTEGER,
      now: new Date().toISOString(),
      commands: [],
      ...request,
    });
  return {
    token,
    joined,
    sync,
    push: async (commands) => (await sync({ commands: [...commands], limit: 1 })).verdicts,
    pullAll: async () => {
      const log: LogEvent[] = [];
      let from = cursorStart;
      for (let pages = 0; pages < pagesMax; pages += 1) {
        const page = await sync({ cursor: from.position === 0 ? null : formatCursor(from) });
        const verified = verifyPage(from, page);
        if (verified.outcome === "broken") throw new Error(`the log does not verify: ${verified.why}`);
        log.push(...page.events);
        from = verified.end;
        if (!page.more) return log;
      }
      throw new Error(`expected the log to end within ${pagesMax} pages`);
    },
    readStream: async (stream) => {
      const answer = await send(`${url}/v1/streams/${stream}`, "GET", token);
      if (answer.status === 404) return [];
      return v.parse(streamHistorySchema, await answer.json()).events;
    },
    invite: async (role) => (await ask("POST", "/v1/invites", inviteSchema, { role })).code,
    revoke: async (deviceId) => void (await ask("DELETE", `/v1/devices/${deviceId}`, deviceSchema)),
    takeSuccessor: (name) => enter(url, "/v1/devices", { successorOf: joined.device.id }, name, token),
    listDevices: async () => (await ask("GET", "/v1/devices", devicesSchema)).devices,
  };
}

const pagesMax = 10_000;

async function enter(
  url: string,
  path: string,
  by: object,
  name: string,
  as?: string,
): Promise<ProtocolClient> {
  const token = randomBytes(32).toString("base64url");
  const answer = await send(url + path, "POST", as, { ...by, device: { id: newId(), name, token } });
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return clientOf(url, token, v.parse(joinedSchema, await answer.json()));
}

/** Asks, and holds the answer against the OpenAPI document. */
async function send(url: string, method: string, token?: string, body?: unknown): Promise<Response> {
  const answer = await fetch(url, {
    method,
    headers: {
      [protocolHeader]: protocolVersion,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const { status, headers } = answer;
  const text = await answer.text();
  const { pathname } = new URL(url);
  const header = (name: string) => headers.get(name) ?? undefined;
  const faults = faultsOfAnswer({ method, url: pathname, status, header, body: text, asked: body });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return new Response(text, { status, headers });
}
