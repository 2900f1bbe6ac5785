import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { TLSSocket } from "node:tls";
import { type CloudEventV1, HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";

/** One delivery that has arrived, verified by its signature and parsed as a CloudEvent. */
export interface Arrived {
  readonly path: string;
  readonly webhookId: string;
  readonly event: CloudEventV1<unknown>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What a receiver does with what has arrived: answers with a status, answers never, cuts the connection when it has read
 * everything (the answer is lost), or before it has read anything (nothing arrives).
 */
export type Reaction =
  | { readonly answer: number; readonly retryAfter?: string }
  | "never"
  | "lose-answer"
  | "reset";

/** A receiver of webhooks as anybody would write it: with the packages `standardwebhooks` and `cloudevents`. */
export interface Receiver {
  readonly url: (path: string) => string;
  readonly arrived: readonly Arrived[];
  /** What could not be verified or parsed: always empty, or we were wrong. */
  readonly faults: readonly string[];
  /** The secret that a path's deliveries are signed with. */
  readonly know: (path: string, secret: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Listens on a free port; with a key and a certificate over HTTPS, as `localhost`. `react` is asked for each request,
 * before it is read.
 */
export async function startReceiver(
  react: (path: string) => Reaction,
  heard: (arrived: Arrived, reaction: Reaction) => void = () => {},
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const secrets = new Map<string, string>();
  const arrived: Arrived[] = [];
  const faults: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? "";
    const reaction = react(path);
    if (reaction === "reset") return void cut(request.socket);
    const body = await text(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    new Webhook(secrets.get(path) ?? "").verify(body, headers);
    const event = HTTP.toEvent({ headers, body });
    if (Array.isArray(event)) throw new Error("expected one event, found a batch");
    const webhookId = headers["webhook-id"] ?? "";
    const one = { path, webhookId, event: event as CloudEventV1<unknown>, headers };
    arrived.push(one);
    heard(one, reaction);
    if (reaction === "lose-answer") return void cut(request.socket);
    if (reaction === "never") return undefined;
    const { answer, retryAfter } = reaction;
    response.writeHead(answer, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();
    return undefined;
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    take(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(400).end();
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) =>
      tls === undefined ? `http://127.0.0.1:${port}${path}` : `https://localhost:${port}${path}`,
    arrived,
    faults,
    know: (path, secret) => void secrets.set(path, secret),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** By a reset; what is encrypted has none of its own. */
function cut(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** What arrived at a path for the first time, by stream, as the ids of its events in the order of arrival. */
export function firstArrivals(
  arrived: readonly Arrived[],
  path: string,
): ReadonlyMap<string, readonly string[]> {
  const seen = new Set<string>();
  const streams = new Map<string, string[]>();
  for (const { path: at, webhookId, event } of arrived) {
    if (at !== path || seen.has(webhookId)) continue;
    seen.add(webhookId);
    const stream = String(event.partitionkey);
    streams.set(stream, [...(streams.get(stream) ?? []), event.id]);
  }
  return streams;
}
