import type { FastifyInstance } from "fastify";
import * as v from "valibot";
import { handOverRequestSchema } from "../../protocol/hand-over-messages.ts";
import { chainQuerySchema, resupplyRequestSchema } from "../../protocol/healing-messages.ts";
import { deviceChangeSchema } from "../../protocol/joining-messages.ts";
import { limits, protocolHeader, protocolVersion } from "../../protocol/limits.ts";
import { streamKey } from "../../protocol/parsers.ts";
import { problem } from "../../protocol/problem.ts";
import { statesQuerySchema } from "../../protocol/states-messages.ts";
import { changeDevice, listDevices, revokeDevice } from "../joining/manage-devices.ts";
import { accessOf } from "../sync/access.ts";
import { handOver } from "../sync/hand-over.ts";
import { chain, resupply } from "../sync/healing.ts";
import { readStatesPage } from "../sync/states-page.ts";
import { readStreamHistory } from "../sync/stream-history.ts";
import { healingBodies, makeBodyBudget, syncBodies } from "./body-budget.ts";
import { mustCaller } from "./caller.ts";
import { addConsumerRoutes } from "./consumer-routes.ts";
import { addFeedRoute } from "./feed-route.ts";
import type { Identify } from "./identify.ts";
import { parseBody } from "./parse-body.ts";
import type { Parts } from "./parts.ts";
import { nothingHere, replyAnswer, replyProblem, unavailable } from "./reply-problem.ts";
import { addSubscriptionRoutes } from "./subscription-routes.ts";
import { makeSeenNotes, sync } from "./sync-route.ts";
import { withId } from "./with-id.ts";

/** The routes of a joined device. Who asks is known before a body is read: a stranger cannot make the server work. */
export async function addDeviceRoutes(v1: FastifyInstance, parts: Parts, identify: Identify): Promise<void> {
  await v1.register(async (app) => {
    app.decorateRequest("caller", null);
    app.addHook("onRequest", async (request, reply) => {
      const caller = await identify(request);
      if ("code" in caller) return replyProblem(reply, caller);
      request.caller = caller;
      return undefined;
    });

    await app.register(async (syncing) => addSyncing(syncing, parts));
    // Apart from syncing: when a restored server is healed by a whole fleet, the others go on.
    await app.register(async (healing) => addHealing(healing, parts));
    addLive(app, parts);
    addReading(app, parts);
    await addConsumerRoutes(app, parts);
    await addFeedRoute(app, parts);
    addSubscriptionRoutes(app, parts);
    addDevices(app, parts);
  });
}

/** What carries a device's own commands and those of others, and the pages that it fetches. */
function addSyncing(app: FastifyInstance, parts: Parts): void {
  const budget = makeBodyBudget(syncBodies);
  app.addHook("onRequest", budget.reserve);
  const noteSeen = makeSeenNotes(parts);
  app.post("/sync", { bodyLimit: limits.requestBytes }, (request, reply) =>
    budget.hold(request, async () => {
      const caller = mustCaller(request);
      const answer = await sync(parts, caller, request.body, request.log);
      if (typeof answer !== "string") return replyProblem(reply, answer);
      noteSeen(caller);
      return reply.type("application/json").send(answer);
    }),
  );
  app.post("/hand-over", { bodyLimit: limits.requestBytes }, (request, reply) =>
    budget.hold(request, async () => {
      const brought = parseBody(handOverRequestSchema, request.body);
      const answer = await handOver(parts, mustCaller(request), brought);
      return replyAnswer(reply, answer);
    }),
  );
}

/** What a device asks and gives when the server was restored from an older backup. */
function addHealing(app: FastifyInstance, parts: Parts): void {
  const budget = makeBodyBudget(healingBodies);
  app.addHook("onRequest", budget.reserve);
  app.get("/chain", (request, reply) =>
    budget.hold(request, async () => {
      const { positions } = parseBody(chainQuerySchema, request.query);
      const answer = await chain(parts, mustCaller(request), positions);
      return replyAnswer(reply, answer);
    }),
  );
  app.post("/resupply", { bodyLimit: limits.resupplyBytesMax }, (request, reply) =>
    budget.hold(request, async () => {
      const asked = parseBody(resupplyRequestSchema, request.body);
      const answer = await resupply(parts, mustCaller(request), asked);
      return replyAnswer(reply, answer);
    }),
  );
}

/** The hints of what is new, as they come. */
function addLive(app: FastifyInstance, { store, live }: Parts): void {
  app.get("/live", async (request, reply) => {
    const caller = mustCaller(request);
    const full = live.lack(caller);
    if (full !== undefined) return replyProblem(reply, full === "all" ? tooManyStreams : tooManyOfWorkspace);
    const head = await store.inWorkspace(caller.workspace, async (tx) => {
      const access = accessOf(await tx.findDevice(caller.device));
      return access.outcome === "allowed" ? await tx.readHead() : access.problem;
    });
    if ("code" in head) return replyProblem(reply, head);
    reply.hijack();
    reply.raw.writeHead(200, liveHeaders);
    live.open(caller, reply.raw, head.position);
    return reply;
  });
}

/** Histories and states of streams, for a device that has not all of the log. */
function addReading(app: FastifyInstance, parts: Parts): void {
  app.get<{ Params: { kind: string; id: string } }>("/streams/:kind/:id", async (request, reply) => {
    const stream = `${request.params.kind}/${encodeURIComponent(request.params.id)}`;
    if (!v.is(streamKey, stream)) return replyProblem(reply, nothingHere);
    const answer = await readStreamHistory(parts.store, mustCaller(request), stream);
    return typeof answer === "string"
      ? reply.type("application/json").send(answer)
      : replyProblem(reply, answer);
  });

  app.get("/states", async (request, reply) => {
    const asked = parseBody(statesQuerySchema, request.query);
    const answer = await readStatesPage(parts, mustCaller(request), asked);
    return typeof answer === "string"
      ? reply.type("application/json").send(answer)
      : replyProblem(reply, answer);
  });
}

/** The devices of the workspace, for owners. */
function addDevices(app: FastifyInstance, { store, clock }: Parts): void {
  app.get("/devices", async (request, reply) => {
    const answer = await listDevices(store, mustCaller(request));
    return replyAnswer(reply, "problem" in answer ? answer : { value: { devices: answer.value } });
  });

  app.patch<{ Params: { id: string } }>("/devices/:id", { bodyLimit: 16 * 1024 }, async (request, reply) => {
    const change = parseBody(deviceChangeSchema, request.body);
    return withId(request, reply, (id) => changeDevice(store, mustCaller(request), id, change));
  });

  app.delete<{ Params: { id: string } }>("/devices/:id", (request, reply) =>
    withId(request, reply, (id) => revokeDevice(store, mustCaller(request), id, clock())),
  );
}

const tooManyStreams = unavailable("too many live streams are open");
const tooManyOfWorkspace = problem("rate-limited", 429, "Too many live streams are open", {
  detail: "a workspace, and a device with its successors, may have only so many",
  retryAfterMs: 5_000,
});

/** No proxy may hold back or change what is on its way; when the stream ends, so does its connection. */
const liveHeaders = {
  connection: "close",
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
  [protocolHeader]: protocolVersion,
};
