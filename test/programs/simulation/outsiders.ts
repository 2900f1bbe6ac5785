import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { eventIdOf } from "../../../src/protocol/ids.ts";
import { protocolHeader, protocolVersion } from "../../../src/protocol/limits.ts";
import type { PushedCommand, SyncRequest } from "../../../src/protocol/sync-messages.ts";
import type { VirtualServer } from "./virtual-server.ts";
import { worldNowMs } from "./virtual-time.ts";

/** Stands in everything that somebody writes who is no honest device of the world. */
export const outsidersTraces = {
  /** Who spends others' ids. */
  thief: `00-${"7".repeat(32)}-${"7".repeat(16)}-01`,
  /** Who has found a lost phone. */
  finder: `00-${"8".repeat(32)}-${"8".repeat(16)}-01`,
} as const;

type Outsider = keyof typeof outsidersTraces;

const traces: ReadonlySet<string> = new Set(Object.values(outsidersTraces));

/** Whether something was written by one of those. */
export function isOutsiders(traceparent: string): boolean {
  return traces.has(traceparent);
}

/** A token in the shape that the server asks for. */
export const tokenOf = (name: string) => `${name}-${"x".repeat(43)}`.slice(0, 43);

/** What is asked of the server without the code of a device. */
export interface OutsidersRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: object;
}

/** Asks a node, over no bad link: whoever means harm has a good one. Rejects while the server is down. */
export function askAs(
  server: VirtualServer,
  { token, node }: { readonly token: string; readonly node: number },
  { method, path, body }: OutsidersRequest,
): Promise<Response> {
  return server.ask(node, `https://docket.test${path}`, {
    method,
    headers: {
      [protocolHeader]: protocolVersion,
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A sync with these commands that reads next to nothing. */
export function syncOf(lastSeq: number, commands: readonly PushedCommand[]): OutsidersRequest {
  const now = new Date(worldNowMs()).toISOString();
  const body: SyncRequest = { cursor: null, lastSeq, now, limit: 1, commands: [...commands] };
  return { method: "POST", path: "/v1/sync", body };
}

/** A command of one event, decided on what its stream is now. */
export async function outsidersCommand(
  server: VirtualServer,
  said: {
    readonly who: Outsider;
    readonly id: string;
    readonly seq: number;
    readonly stream: string;
    readonly event: KnownEvent;
  },
): Promise<PushedCommand> {
  const { who, id, seq, stream, event } = said;
  const last = (await server.events()).findLast((one) => one.stream === stream);
  return {
    id,
    seq,
    stream,
    expected: { version: last?.version ?? 0, event: last?.id ?? null },
    at: new Date(worldNowMs()).toISOString(),
    actor: who,
    traceparent: outsidersTraces[who],
    events: [{ id: eventIdOf(id, 0), ...event }],
  };
}
