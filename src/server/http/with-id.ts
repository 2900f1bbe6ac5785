import type { FastifyReply, FastifyRequest } from "fastify";
import * as v from "valibot";
import { uuid } from "../../protocol/parsers.ts";
import type { Answer } from "../answer.ts";
import { nothingHere, replyAnswer } from "./reply-problem.ts";

/** Answers what is asked about one thing by its id; nothing is there under what is no id. */
export async function withId(
  { params: { id } }: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  act: (id: string) => Promise<Answer<unknown>>,
): Promise<FastifyReply> {
  return replyAnswer(reply, v.is(uuid, id) ? await act(id) : { problem: nothingHere });
}
