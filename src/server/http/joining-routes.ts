import type { FastifyInstance, FastifyReply } from "fastify";
import {
  inviteRequestSchema,
  joinRequestSchema,
  startWorkspaceSchema,
} from "../../protocol/joining-messages.ts";
import { type Joining, joinAsSuccessor, joinByCode, startWorkspace } from "../joining/join.ts";
import { invite } from "../joining/manage-devices.ts";
import type { Store } from "../store/store.ts";
import { makeGuessGuard } from "./guess-guard.ts";
import type { Identify } from "./identify.ts";
import { parseBody } from "./parse-body.ts";
import type { Parts } from "./parts.ts";
import { replyProblem } from "./reply-problem.ts";
import type { StrangersDoor } from "./strangers-door.ts";

/** Joining, and what leads to it. Wrong codes and unknown tokens are counted by the network that they come from. */
export async function addJoiningRoutes(
  v1: FastifyInstance,
  parts: Parts,
  { identify, door }: { readonly identify: Identify; readonly door: StrangersDoor },
): Promise<void> {
  const options = { bodyLimit: bodyBytesMax };
  const guarded = makeGuessGuard(v1, parts.telemetry.metrics);
  // A code that nobody has drawn is looked up as a token is that nobody has.
  const store: Store = {
    ...parts.store,
    findInviteWorkspace: (hash) => door(() => parts.store.findInviteWorkspace(hash)),
  };
  const replyJoining = (reply: FastifyReply, joining: Joining, token: string) => {
    if ("problem" in joining) return replyProblem(reply, joining.problem);
    parts.tokens.joined(token);
    return reply.code(201).send(joining.joined);
  };

  v1.post("/workspaces", options, async (request, reply) => {
    const asked = parseBody(startWorkspaceSchema, request.body);
    const joining = await guarded("setup", request, () =>
      startWorkspace(store, parts.setup, asked, parts.clock()),
    );
    parts.workspaceCount.forget();
    return replyJoining(reply, joining, asked.device.token);
  });

  v1.post("/devices", options, async (request, reply) => {
    const asked = parseBody(joinRequestSchema, request.body);
    const { token } = asked.device;
    const now = parts.clock();
    if ("code" in asked)
      return replyJoining(
        reply,
        await guarded("invite", request, () => joinByCode(store, asked, now)),
        token,
      );
    const caller = await identify(request);
    if ("code" in caller) return replyProblem(reply, caller);
    return replyJoining(reply, await joinAsSuccessor(store, caller, asked, now), token);
  });

  v1.post("/invites", options, async (request, reply) => {
    const caller = await identify(request);
    if ("code" in caller) return replyProblem(reply, caller);
    const { role } = parseBody(inviteRequestSchema, request.body);
    const answer = await invite(store, caller, role, parts.clock());
    if ("problem" in answer) return replyProblem(reply, answer.problem);
    const origin = parts.meta.publicUrl ?? `${request.protocol}://${request.host}`;
    return reply.code(201).send({ ...answer.value, url: `${origin}/join#${answer.value.code}` });
  });
}

const bodyBytesMax = 16 * 1024;
