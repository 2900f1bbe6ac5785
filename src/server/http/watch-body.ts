import type { FastifyReply, FastifyRequest, RequestPayload } from "fastify";
import { type Problem, problem } from "../../protocol/problem.ts";
import { httpProblem } from "./http-problem.ts";

/** How slowly a body may come. */
export interface Pace {
  /** Until its first bytes are here. */
  readonly firstMs: number;
  /** After that, at least so many bytes in so many ms, or the rest of it. */
  readonly everyMs: number;
  readonly bytes: number;
}

/** The slowest mobile networks carry more: 9.6 kbit/s are 6,000 bytes in 5 s. */
const slowestPace: Pace = { firstMs: 10_000, everyMs: 5_000, bytes: 1_024 };

/**
 * Counts what arrives of a request's body, while it is read by whoever parses it, and ends a request that comes too
 * slowly (408 `timeout`) or for which there is no room. Its connection ends with it: what is still on its way would be
 * before the next request.
 */
export function watchBody(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: RequestPayload,
  pace: Pace = slowestPace,
): void {
  const { headers } = request;
  if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0) return;
  let arrived = 0;
  let before = 0;
  const stop = () => {
    clearTimeout(timer);
    payload.off("data", hear);
    payload.off("end", stop);
    payload.off("close", stop);
  };
  const end = (why: Problem) => {
    stop();
    reply.header("connection", "close");
    payload.emit("error", httpProblem(why));
  };
  const look = () => {
    if (arrived < before + (before === 0 ? 1 : pace.bytes)) return end(tooSlow);
    before = arrived;
    timer = setTimeout(look, pace.everyMs);
    return undefined;
  };
  const hear = (chunk: Buffer) => {
    arrived += chunk.length;
    const why = request.takeRoom?.(chunk.length);
    if (why !== undefined) end(why);
  };
  let timer = setTimeout(look, pace.firstMs);
  payload.on("data", hear);
  payload.on("end", stop);
  payload.on("close", stop);
  // Whoever parses it hears of an error as well; where nobody parses it any more, there is nobody to tell.
  payload.on("error", () => {});
}

const tooSlow = problem("timeout", 408, "The request comes too slowly", {
  detail: "expected its body sooner",
});
