import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { cloudEventBatchType, type EventSource, stateEventHead } from "../../protocol/cloud-events.ts";
import { type Cursor, findCursor, formatCursor } from "../../protocol/cursor.ts";
import { cursorHeader, feedQuerySchema } from "../../protocol/feed-messages.ts";
import { limits } from "../../protocol/limits.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { EventRow } from "../accept/event-row.ts";
import { type PullOutcome, pull } from "../sync/pull.ts";
import { mustCaller } from "./caller.ts";
import { type LongPoll, makeLongPolls } from "./long-polls.ts";
import { parseBody } from "./parse-body.ts";
import type { Parts } from "./parts.ts";
import { preferredWait } from "./prefer-wait.ts";
import { replyProblem, unavailable } from "./reply-problem.ts";
import type { Full } from "./shares.ts";
import { makeSeenNotes } from "./sync-route.ts";
import { isOver, whenOver } from "./when-over.ts";

/** How the feed is bounded; tests put smaller ones. */
export interface FeedLimits {
  /** The longest wait, in seconds: below what proxies and the server's own timeouts allow a silent connection. */
  readonly waitSecondsMax: number;
  /** A request that waits looks at the log itself after this time: announcements may be lost. */
  readonly pollMs: number;
  /** What all answers that are being read may take in memory, decoded. */
  readonly bytesMax: number;
}

const feedLimits: FeedLimits = { waitSecondsMax: 25, pollMs: 10_000, bytesMax: 64 * 1024 * 1024 };

/**
 * The log for other services: a page of it as a CloudEvents batch, waiting for the next command if asked to
 * (`Prefer: wait=20`). A wait ends when the server stops, with an empty page.
 */
export async function addFeedRoute(
  app: FastifyInstance,
  parts: Pick<Parts, "store" | "meta" | "clock">,
  bounds = feedLimits,
): Promise<void> {
  const { store, meta } = parts;
  const polls = makeLongPolls(store);
  const noteSeen = makeSeenNotes(parts);
  let bytesHeld = 0;
  // Before the server waits for its connections to end: a request that waits would hold it up.
  app.addHook("preClose", async () => polls.stop());

  app.get("/events", async (request, reply) => {
    const caller = mustCaller(request);
    const { after, limit = limits.pageEvents } = parseBody(feedQuerySchema, request.query);
    const cursor = findCursor(after ?? null);
    if (cursor === undefined) return replyProblem(reply, noCursor);
    const seconds = preferredWait(request.headers.prefer, bounds.waitSecondsMax);
    if (isOver(reply)) return reply.hijack();
    const poll = polls.begin(caller);
    if (typeof poll === "string") return replyProblem(reply, tooManyOfDevice);
    whenOver(reply, poll.end);
    const read = () => pull(store, { ...caller, cursor, limits: { events: limit, bytes: pageBytes } });
    const wait = { ms: (seconds ?? 0) * 1_000, pollMs: bounds.pollMs };
    const page = await readOrWait(read, poll, wait).finally(poll.end);
    if (page.outcome === "full")
      return replyProblem(reply, page.whose === "all" ? tooMany : tooManyOfWorkspace);
    if (page.outcome !== "page") return replyProblem(reply, page.problem);
    noteSeen(caller);
    if (isOver(reply)) return reply.hijack();
    const text = batchText(page.rows, { workspace: caller.workspace, publicUrl: meta.publicUrl });
    if (bytesHeld + text.length > bounds.bytesMax) return replyProblem(reply, tooMuch);
    bytesHeld += text.length;
    whenOver(reply, () => {
      bytesHeld -= text.length;
    });
    if (seconds !== undefined) reply.header("preference-applied", `wait=${seconds}`);
    return replyPage(request, reply, page.cursor, text);
  });
}

/** An event is longer here than in an answer to a sync, by at most this part of what a page is estimated to hold. */
const pageBytes = Math.floor(limits.pageBytes * 0.7);

/** Reads the page, and where it is empty again whenever the log may have grown, until the time is over. */
async function readOrWait(
  read: () => Promise<PullOutcome>,
  poll: LongPoll,
  { ms, pollMs }: { readonly ms: number; readonly pollMs: number },
): Promise<PullOutcome | { readonly outcome: "full"; readonly whose: Full }> {
  const end = performance.now() + ms;
  for (;;) {
    const page = await read();
    const leftMs = end - performance.now();
    if (page.outcome !== "page" || page.rows.length > 0 || poll.isOver() || leftMs <= 0) return page;
    const whose = await poll.wait(page.cursor.position, Math.min(leftMs, pollMs));
    if (whose !== undefined) return { outcome: "full", whose };
  }
}

/** Composed as text: the events' data is canonical JSON already, and is neither parsed nor written again. */
function batchText(rows: readonly EventRow[], source: EventSource): string {
  const events = rows.map((row) => {
    const head = JSON.stringify(stateEventHead(row, source));
    return `${head.slice(0, -1)},"data":${row.dataText}}`;
  });
  return `[${events.join(",")}]`;
}

function replyPage(request: FastifyRequest, reply: FastifyReply, end: Cursor, text: string): FastifyReply {
  const next = new URLSearchParams({ ...(request.query as object), after: formatCursor(end) });
  return reply
    .header(cursorHeader, formatCursor(end))
    .header("link", `</v1/events?${next}>; rel="next"`)
    .type(cloudEventBatchType)
    .send(text);
}

const noCursor = problem("malformed", 400, "The request is not valid", {
  path: "after",
  detail: "expected a cursor",
});
const tooMany = unavailable("too many requests wait for events");
const tooManyOfWorkspace: Problem = problem("rate-limited", 429, "Too many requests at once", {
  detail:
    "a workspace, and a device with its successors, may have only so many requests that wait for events",
  retryAfterMs: 5_000,
});
const tooMuch = unavailable("too many events are on their way to others");
const tooManyOfDevice: Problem = problem("rate-limited", 429, "Too many requests at once", {
  detail: "a device may have a few requests for events open",
  retryAfterMs: 1_000,
});
