import * as v from "valibot";
import type { SyncTrouble } from "../device/sync-status.ts";
import { protocolHeader, protocolVersion } from "../protocol/limits.ts";
import { type Problem, problemSchema } from "../protocol/problem.ts";

/** What came of a request. A problem is the server's own word; a failure is the world's. */
export type Reply<Body> =
  | { readonly outcome: "answered"; readonly body: Body }
  | { readonly outcome: "problem"; readonly problem: Problem; readonly retryAfterMs?: number }
  | { readonly outcome: "failed"; readonly trouble: SyncTrouble; readonly retryAfterMs?: number };

/** One request to our server. `token` and `body` where there are any; `timeoutMs` covers all of it. */
export interface Call<Schema extends v.GenericSchema> {
  readonly origin: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly schema: Schema;
  readonly token?: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** Below this many characters compressing a body costs more than it saves. */
const gzipFrom = 1_024;
const defaultTimeoutMs = 60_000;

/**
 * Calls the server and parses what it says. Never throws: no answer, a captive portal's page and a body that does
 * not parse are outcomes. A response without the protocol header did not come from our server.
 */
export async function call<Schema extends v.GenericSchema>(
  request: Call<Schema>,
): Promise<Reply<v.InferOutput<Schema>>> {
  try {
    const response = await send(request);
    if (!response.headers.has(protocolHeader)) return { outcome: "failed", trouble: "not-our-server" };
    const wait = retryAfter(response);
    const parsed: unknown = response.status === 204 ? null : await response.json();
    if (response.ok) {
      const body = v.safeParse(request.schema, parsed);
      if (body.success) return { outcome: "answered", body: body.output };
      return { outcome: "failed", trouble: "unexpected-answer", ...wait };
    }
    const problem = v.safeParse(problemSchema, parsed);
    if (problem.success) return { outcome: "problem", problem: problem.output, ...wait };
    return { outcome: "failed", trouble: "unexpected-answer", ...wait };
  } catch {
    // fetch rejects, the body ends early or is no JSON, the time is over: all of these are "no answer".
    return { outcome: "failed", trouble: "unreachable" };
  }
}

async function send<Schema extends v.GenericSchema>(request: Call<Schema>): Promise<Response> {
  const headers = new Headers({ [protocolHeader]: protocolVersion, accept: "application/json" });
  if (request.token !== undefined) headers.set("authorization", `Bearer ${request.token}`);
  const init: RequestInit = {
    method: request.method,
    headers,
    cache: "no-store",
    credentials: "omit",
    redirect: "manual",
    signal: AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs),
  };
  if (request.body !== undefined) {
    const text = JSON.stringify(request.body);
    headers.set("content-type", "application/json");
    if (text.length >= gzipFrom) headers.set("content-encoding", "gzip");
    init.body = text.length >= gzipFrom ? await gzip(text) : text;
  }
  return (request.fetch ?? fetch)(request.origin + request.path, init);
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function retryAfter(response: Response): { readonly retryAfterMs?: number } {
  const header = response.headers.get("retry-after");
  if (header === null) return {};
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) && waitMs > 0 ? { retryAfterMs: Math.min(waitMs, 3_600_000) } : {};
}
