import type { FastifyInstance } from "fastify";
import { consistencyQuerySchema, retryRequestSchema } from "../../protocol/consumer-messages.ts";
import { findCursor } from "../../protocol/cursor.ts";
import { problem } from "../../protocol/problem.ts";
import { consistency, listConsumers, resetForOwner, retryConsumer } from "../consumers/progress.ts";
import { mustCaller } from "./caller.ts";
import { parseBody } from "./parse-body.ts";
import type { Parts } from "./parts.ts";
import { nothingHere, replyAnswer, replyProblem } from "./reply-problem.ts";

/** How far the services behind the log are, and what an owner can do about one that is stuck. */
export async function addConsumerRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  const { store, consumers, clock } = parts;
  const names = consumers.map(({ name }) => name);
  app.get("/consistency", async (request, reply) => {
    const { at } = parseBody(consistencyQuerySchema, request.query);
    const cursor = at === undefined ? undefined : findCursor(at);
    if (at !== undefined && cursor === undefined) return replyProblem(reply, noCursor);
    const answer = await consistency(store, mustCaller(request), names, cursor);
    return replyAnswer(reply, answer);
  });
  app.get("/consumers", async (request, reply) => {
    const answer = await listConsumers(store, mustCaller(request), names);
    return replyAnswer(reply, answer);
  });
  app.post<{ Params: { name: string } }>(
    "/consumers/:name/retry",
    { bodyLimit: bytesMax },
    async (request, reply) => {
      const { stream } = parseBody(retryRequestSchema, request.body);
      const consumer = consumers.find(({ name }) => name === request.params.name);
      if (consumer === undefined) return replyProblem(reply, nothingHere);
      const answer = await retryConsumer(store, mustCaller(request), consumer, clock, stream);
      return replyAnswer(reply, answer);
    },
  );
  app.post<{ Params: { name: string } }>("/consumers/:name/reset", async (request, reply) => {
    const consumer = consumers.find(({ name }) => name === request.params.name);
    if (consumer === undefined) return replyProblem(reply, nothingHere);
    const answer = await resetForOwner(store, mustCaller(request), consumer);
    return replyAnswer(reply, answer);
  });
}

const bytesMax = 4 * 1024;

const noCursor = problem("malformed", 400, "The request is not valid", {
  path: "at",
  detail: "expected a cursor",
});
