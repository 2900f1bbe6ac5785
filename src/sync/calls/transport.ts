import * as v from "valibot";
import type { Between, SyncTrouble } from "../../device/storage/sync-status.ts";
import { protocolHeader, protocolVersion } from "../../protocol/limits.ts";
import { type Problem, problemSchema } from "../../protocol/problem.ts";
import type { RequestBody } from "../../protocol/request-body.ts";
import type { Packing } from "./packing.ts";
import { type StrangeAnswer, type Stranger, tellAtOnce, tellByLook } from "./who-answered.ts";

/**
 * The outcome of a request. A problem is what our server answered; a failure is everything else. `between` says what
 * answered instead of our server, where that can be told.
 */
export type Reply<Body> =
  | { readonly outcome: "answered"; readonly body: Body }
  | { readonly outcome: "problem"; readonly problem: Problem; readonly retryAfterMs?: number }
  | {
      readonly outcome: "failed";
      readonly trouble: SyncTrouble;
      readonly between?: Between;
      readonly retryAfterMs?: number;
    };

/** One request to our server. `token` and `body` where there are any; `timeoutMs` covers all of it. */
export interface Call<Schema extends v.GenericSchema> {
  readonly origin: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly schema: Schema;
  readonly token?: string;
  readonly body?: RequestBody;
  readonly timeoutMs?: number;
  /** Remembers between calls whether packed bodies get through; without it each call finds out again. */
  readonly packing?: Packing;
  readonly fetch?: typeof fetch;
}

/** Below this many characters compressing a body costs more than it saves. */
const gzipFrom = 1_024;
const defaultTimeoutMs = 60_000;
const lookTimeoutMs = 10_000;
/** Packing takes ms: nobody waits for a browser whose stream is stuck. */
const packingMsMax = 5_000;

/**
 * Calls the server and parses what it says. Never throws: no answer, another server's page and a body that does not
 * parse are outcomes. What does not get through packed is sent as it is; what answers instead of our server is told
 * apart (`who-answered`).
 */
export async function call<Schema extends v.GenericSchema>(
  request: Call<Schema>,
): Promise<Reply<v.InferOutput<Schema>>> {
  const timer = startTimer(request.timeoutMs ?? defaultTimeoutMs);
  try {
    const got = await getThrough(request, timer.signal);
    switch (got.from) {
      case "server":
        return (await dropsHeaders(request, got.reply)) ? headersDropped : got.reply;
      case "stranger":
        return { outcome: "failed", ...(await findStranger(request, got)), ...got.wait };
      default:
        return { outcome: "failed", trouble: "unreachable" };
    }
  } finally {
    timer.stop();
  }
}

/** A body as it is sent: JSON, or packed. */
type Body = string | ArrayBuffer;

/** The outcome of one try: our server's answer, somebody else's, or none. */
type Got<Body> =
  | { readonly from: "server"; readonly reply: Reply<Body> }
  | ({ readonly from: "stranger"; readonly wait: { readonly retryAfterMs?: number } } & StrangeAnswer)
  | { readonly from: "nobody" };

/** Sends a large body packed, and as it is where something on the way refuses or spoils packed ones. */
async function getThrough<Schema extends v.GenericSchema>(
  request: Call<Schema>,
  signal: AbortSignal,
): Promise<Got<v.InferOutput<Schema>>> {
  const { packing } = request;
  const text = request.body === undefined ? undefined : JSON.stringify(request.body);
  const isLarge = text !== undefined && text.length >= gzipFrom;
  // What cannot be packed here, or not in time, goes as it is.
  const packed = isLarge && canPack() && packing?.packs() !== false ? await packInTime(text) : undefined;
  const isPacked = packed !== undefined;
  const got = await tryOnce(request, packed ?? text, signal);
  if (isPacked && mayBePacking(got)) {
    const plain = await tryOnce(request, text, signal);
    if (plain.from === "server") packing?.notePlainPassed();
    return plain;
  }
  if (isLarge) {
    if (got.from === "nobody") packing?.noteCut();
    else if (got.from === "server" && isPacked) packing?.notePassed();
    else if (got.from === "server" && canPack()) packing?.notePlainPassed();
  }
  return got;
}

/**
 * Whether the packing of the body may be the reason for an answer: refused on the way, or come to the server without its header.
 */
function mayBePacking(got: Got<unknown>): boolean {
  if (got.from === "stranger") return !got.isRedirect && tellAtOnce(got) === undefined;
  return got.from === "server" && got.reply.outcome === "problem" && got.reply.problem.code === "malformed";
}

async function tryOnce<Schema extends v.GenericSchema>(
  request: Call<Schema>,
  body: Body | undefined,
  signal: AbortSignal,
): Promise<Got<v.InferOutput<Schema>>> {
  try {
    return await unlessAborted(ask(request, body, signal), signal);
  } catch {
    // fetch rejects, the body ends early or is no JSON, the time is over: all of these are "no answer".
    return { from: "nobody" };
  }
}

async function ask<Schema extends v.GenericSchema>(
  request: Call<Schema>,
  body: Body | undefined,
  signal: AbortSignal,
): Promise<Got<v.InferOutput<Schema>>> {
  const response = await send(request, body, signal);
  if (!response.headers.has(protocolHeader)) return await hearStranger(request, response);
  const parsed: unknown = response.status === 204 ? null : await response.json();
  return { from: "server", reply: replyOf(request, response, parsed) };
}

/** The signal ends the wait whether or not the browser obeys it, so that a stuck browser blocks nothing. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    const end = () => reject(new Error("the time is over"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  return Promise.race([work, aborted]);
}

function replyOf<Schema extends v.GenericSchema>(
  request: Call<Schema>,
  response: Response,
  parsed: unknown,
): Reply<v.InferOutput<Schema>> {
  const wait = retryAfter(response);
  if (response.ok) {
    const body = v.safeParse(request.schema, parsed);
    if (body.success) return { outcome: "answered", body: body.output };
    return { outcome: "failed", trouble: "unexpected-answer", ...wait };
  }
  const problem = v.safeParse(problemSchema, parsed);
  if (problem.success) return { outcome: "problem", problem: problem.output, ...wait };
  return { outcome: "failed", trouble: "unexpected-answer", ...wait };
}

/** An answer without our header: somebody else's, or our server's own where a proxy has taken the header off. */
async function hearStranger<Schema extends v.GenericSchema>(
  request: Call<Schema>,
  response: Response,
): Promise<Got<v.InferOutput<Schema>>> {
  const type = response.headers.get("content-type") ?? "";
  if (/\bjson\b/i.test(type)) {
    const parsed: unknown = await response.json().catch(() => undefined);
    if (isOurs(request.schema, response, parsed))
      return { from: "server", reply: replyOf(request, response, parsed) };
  } else {
    await response.body?.cancel();
  }
  return {
    from: "stranger",
    status: response.status,
    isRedirect: response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400),
    isPage: /\bhtml\b/i.test(type),
    wait: retryAfter(response),
  };
}

/** Whether a body can only be our server's: a problem under our names, or just what was asked for. */
function isOurs(schema: v.GenericSchema, response: Response, parsed: unknown): boolean {
  if (!response.ok) return v.is(ourProblemSchema, parsed);
  // Where anything at all would do, the header is all there is to tell our server by.
  return schema.type !== "unknown" && v.is(schema, parsed);
}

const ourProblemSchema = v.looseObject({
  ...problemSchema.entries,
  type: v.pipe(v.string(), v.startsWith("urn:docket:problem:")),
});

/** Looks once whether our server can be reached at all, where the answer does not say who gave it. */
async function findStranger(request: Call<v.GenericSchema>, answer: StrangeAnswer): Promise<Stranger> {
  const atOnce = tellAtOnce(answer);
  if (atOnce !== undefined) return atOnce;
  const seen = await look(request);
  if (seen.from === "server") return { trouble: "not-our-server", between: "refuses" };
  if (seen.from === "nobody") return { trouble: "unreachable" };
  return tellByLook(seen, request.origin.startsWith("https:"));
}

/** Whether a header that was sent did not arrive: the token, or our protocol's although the server speaks it. */
async function dropsHeaders(request: Call<v.GenericSchema>, reply: Reply<unknown>): Promise<boolean> {
  if (reply.outcome !== "problem") return false;
  if (reply.problem.code === "unauthenticated") return request.token !== undefined;
  if (reply.problem.code !== "unsupported-protocol") return false;
  const seen = await look(request);
  return (
    seen.from === "server" &&
    seen.reply.outcome === "answered" &&
    seen.reply.body.protocol === protocolVersion
  );
}

const headersDropped = { outcome: "failed", trouble: "not-our-server", between: "drops-headers" } as const;

/** Asks the server what it is: as small and plain as a request can be. */
async function look({
  origin,
  fetch,
}: Call<v.GenericSchema>): Promise<Got<v.InferOutput<typeof lookSchema>>> {
  const timer = startTimer(lookTimeoutMs);
  try {
    const plain = { origin, method: "GET", path: "/v1/meta", schema: lookSchema } as const;
    return await tryOnce(fetch === undefined ? plain : { ...plain, fetch }, undefined, timer.signal);
  } finally {
    timer.stop();
  }
}

const lookSchema = v.looseObject({ product: v.literal("docket"), protocol: v.string() });

async function send(
  request: Call<v.GenericSchema>,
  body: Body | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({ [protocolHeader]: protocolVersion, accept: "application/json" });
  if (request.token !== undefined) headers.set("authorization", `Bearer ${request.token}`);
  const init: RequestInit = {
    method: request.method,
    headers,
    cache: "no-store",
    // Our server sets no cookie and reads none; a sign-in in front of it may know its people by one.
    credentials: "same-origin",
    redirect: "manual",
    signal,
  };
  if (body !== undefined) {
    headers.set("content-type", "application/json");
    if (typeof body !== "string") headers.set("content-encoding", "gzip");
    init.body = body;
  }
  return (request.fetch ?? fetch)(request.origin + request.path, init);
}

/** Browsers older than Safari 16.4 and Firefox 113 cannot pack: there all goes as it is. */
function canPack(): boolean {
  return typeof CompressionStream === "function";
}

/**
 * Packs a body; undefined where that fails or gets stuck: some browsers' streams do, under load or when memory is
 * short.
 */
async function packInTime(text: string): Promise<ArrayBuffer | undefined> {
  const late = startTimer(packingMsMax);
  try {
    return await unlessAborted(gzip(text), late.signal);
  } catch {
    return undefined;
  } finally {
    late.stop();
  }
}

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function startTimer(delayMs: number): { readonly signal: AbortSignal; readonly stop: () => void } {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), delayMs);
  return { signal: over.signal, stop: () => clearTimeout(timer) };
}

function retryAfter(response: Response): { readonly retryAfterMs?: number } {
  const header = response.headers.get("retry-after");
  if (header === null) return {};
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) && waitMs > 0 ? { retryAfterMs: Math.min(waitMs, 3_600_000) } : {};
}
