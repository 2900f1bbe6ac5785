import fastifyRateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  inviteRequestSchema,
  joinRequestSchema,
  startWorkspaceSchema,
} from "../../protocol/joining-messages.ts";
import { problem } from "../../protocol/problem.ts";
import { type Joining, joinAsSuccessor, joinByCode, startWorkspace } from "../joining/join.ts";
import { invite } from "../joining/manage-devices.ts";
import type { Parts } from "./app.ts";
import { parseBody } from "./parse-body.ts";
import { replyProblem } from "./reply-problem.ts";

/**
 * Joining. Codes are few signs that people carry, so guessing them is limited: per address, and for all addresses
 * together per family of codes (setup codes, invites). Only wrong guesses count, so a shop that joins fifty phones on
 * one morning behind one address is not in the way of itself.
 */
export async function addJoiningRoutes(v1: FastifyInstance, parts: Parts): Promise<void> {
  await v1.register(fastifyRateLimit, { global: false });
  const options = { bodyLimit: bodyBytesMax };
  const guarded = makeGuessGuard(v1);

  v1.post("/workspaces", options, (request, reply) =>
    guarded("setup", request, reply, () =>
      startWorkspace(parts.store, parts.setup, parseBody(startWorkspaceSchema, request.body), parts.clock()),
    ),
  );

  v1.post("/devices", options, async (request, reply) => {
    const asked = parseBody(joinRequestSchema, request.body);
    const now = parts.clock();
    if ("code" in asked) return guarded("invite", request, reply, () => joinByCode(parts.store, asked, now));
    const caller = await parts.authenticate(request.headers.authorization);
    if ("code" in caller) return replyProblem(reply, caller);
    return replyJoining(reply, await joinAsSuccessor(parts.store, caller, asked, now));
  });

  v1.post("/invites", options, async (request, reply) => {
    const caller = await parts.authenticate(request.headers.authorization);
    if ("code" in caller) return replyProblem(reply, caller);
    const { role } = parseBody(inviteRequestSchema, request.body);
    const answer = await invite(parts.store, caller, role, parts.clock());
    if ("problem" in answer) return replyProblem(reply, answer.problem);
    const origin = parts.meta.publicUrl ?? `${request.protocol}://${request.host}`;
    return reply.code(201).send({ ...answer.value, url: `${origin}/join#${answer.value.code}` });
  });
}

const bodyBytesMax = 16 * 1024;

type Guarded = (
  family: "setup" | "invite",
  request: FastifyRequest,
  reply: FastifyReply,
  join: () => Promise<Joining>,
) => Promise<FastifyReply>;

function makeGuessGuard(v1: FastifyInstance): Guarded {
  const timeWindow = 60_000;
  const perAddress = v1.createRateLimit({ max: 10, timeWindow, keyGenerator: (request) => request.ip });
  const perFamily = {
    setup: v1.createRateLimit({ max: 100, timeWindow, keyGenerator: () => "setup" }),
    invite: v1.createRateLimit({ max: 100, timeWindow, keyGenerator: () => "invite" }),
  };
  return async (family, request, reply, join) => {
    const guards = [perAddress, perFamily[family]];
    for (const guard of guards) {
      const state = await guard(request, { increment: false });
      if (!state.isAllowed && state.isExceeded) {
        const retryAfterMs = state.ttl;
        return replyProblem(reply, problem("rate-limited", 429, "Too many wrong codes", { retryAfterMs }));
      }
    }
    const joining = await join();
    if ("problem" in joining && joining.problem.code === "wrong-code") {
      for (const guard of guards) await guard(request);
    }
    return replyJoining(reply, joining);
  };
}

function replyJoining(reply: FastifyReply, joining: Joining): FastifyReply {
  return "problem" in joining ? replyProblem(reply, joining.problem) : reply.code(201).send(joining.joined);
}
