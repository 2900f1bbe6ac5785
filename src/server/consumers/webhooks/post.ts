import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { checkHost, type HostAddress, type ResolveHost } from "./public-address.ts";
import type { Answer } from "./retry-plan.ts";

/** How requests to receivers are made. */
export interface PostOptions {
  /** Whether private addresses and plain HTTP are allowed: for a receiver in one's own network, and for tests. */
  readonly allowPrivate: boolean;
  readonly resolve: ResolveHost;
  /** Ends an attempt that takes too long as a whole: looking up, connecting, sending, the answer to its end. */
  readonly deadline: () => AbortSignal;
  /** Certificates to trust instead of the system's. */
  readonly ca?: string;
}

/** One attempt: never throws, follows no redirect, reads little of the answer. */
export type Post = (sent: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly stop: AbortSignal;
}) => Promise<Answer>;

/** How much of an answer is read: it is thrown away, but a receiver likes to finish. */
const answerBytesMax = 16 * 1024;

/** Makes requests to receivers. Each looks its host up, checks what it found, and connects to that and nothing else. */
export function makePost({ allowPrivate, resolve, deadline, ca }: PostOptions): Post {
  return async ({ url: text, headers, body, stop }) => {
    const url = new URL(text);
    const isPlain = url.protocol === "http:";
    if (isPlain && !allowPrivate) return { outcome: "failed", reason: "refused-address" };
    const signal = AbortSignal.any([deadline(), stop]);
    const cut = (): Answer => ({ outcome: "failed", reason: stop.aborted ? "stopped" : "timeout" });
    const host = await unlessAborted(checkHost(url.hostname, allowPrivate, resolve), signal);
    if (host === undefined) return cut();
    if (host.outcome !== "addresses") return { outcome: "failed", reason: host.outcome };
    const { addresses } = host;
    return new Promise((answer) => {
      const options = {
        method: "POST",
        headers: { ...headers, "content-length": Buffer.byteLength(body) },
        // A connection of its own: a kept one was checked for an earlier lookup.
        agent: false,
        lookup: pinnedTo(addresses),
        signal,
        ...(ca === undefined ? {} : { ca }),
      } as const;
      const request = (isPlain ? requestPlain : requestSecure)(url, options);
      // Asked for by nobody: without a listener Node drops the connection, and tells neither an answer nor an error.
      request.on("upgrade", ({ statusCode: status = 0 }, socket) => {
        socket.destroy();
        answer({ outcome: "answered", status, retryAfter: null });
      });
      request.on("response", (response) => {
        const { statusCode: status = 0 } = response;
        const retryAfter = response.headers["retry-after"] ?? null;
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerBytesMax) response.destroy();
        });
        // What the status says holds, however the rest of the answer ends.
        response.on("error", () => {});
        response.on("close", () => answer({ outcome: "answered", status, retryAfter }));
      });
      request.on("error", (error: NodeJS.ErrnoException) =>
        answer(signal.aborted ? cut() : { outcome: "failed", reason: reasonOf(error.code) }),
      );
      request.end(body);
    });
  };
}

/** Answers every lookup with these addresses. Sockets ask for one or for all, by `options.all`. */
function pinnedTo(addresses: readonly HostAddress[]) {
  return (
    _host: string,
    options: { readonly all?: boolean | undefined },
    found: (error: null, address: string | HostAddress[], family?: number) => void,
  ) => {
    const [first] = addresses;
    if (options.all === true) found(null, [...addresses]);
    else found(null, first?.address ?? "", first?.family);
  };
}

/** What work resolves with, or undefined as soon as the signal ends the wait. */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    work.then(resolve, reject);
  });
}

/** Codes of TLS (OpenSSL's and Node's) all say what is wrong with a certificate or with the handshake. */
function reasonOf(code: string | undefined): "bad-certificate" | "no-connection" {
  return code !== undefined && /CERT|SELF_SIGNED|TLS|SSL|VERIFY|EPROTO/.test(code)
    ? "bad-certificate"
    : "no-connection";
}
