import type { FastifyInstance, FastifyRequest } from "fastify";
import * as v from "valibot";
import { uuid } from "../../protocol/parsers.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import {
  deliveriesQuerySchema,
  newSubscriptionSchema,
  subscriptionChangeSchema,
} from "../../protocol/subscription-messages.ts";
import {
  changeSubscription,
  createSubscription,
  deleteSubscription,
  findSubscription,
  listDeliveries,
  listSubscriptions,
  replayAll,
  reviveDelivery,
  rotateSecret,
} from "../consumers/webhooks/manage-subscriptions.ts";
import type { WebhookCalls } from "../consumers/webhooks/start-webhooks.ts";
import { asOwner } from "../joining/manage-devices.ts";
import type { Store } from "../store/store.ts";
import { mustCaller } from "./caller.ts";
import { parseBody } from "./parse-body.ts";
import { nothingHere, replyAnswer, replyProblem } from "./reply-problem.ts";
import { withId } from "./with-id.ts";

interface Parts {
  readonly store: Store;
  readonly clock: () => Date;
  readonly webhooks: WebhookCalls;
}

type WithId = FastifyRequest<{ Params: { id: string } }>;
type WithDelivery = FastifyRequest<{ Params: { id: string; delivery: string } }>;
const options = { bodyLimit: 16 * 1024 };

/** The routes of subscriptions, for owners. They are behind the hook that knows who asks. */
export function addSubscriptionRoutes(app: FastifyInstance, { store, clock, webhooks }: Parts): void {
  // A test goes out to wherever the owner says: nobody may use this server to try addresses all day.
  const countTests = app.createRateLimit({
    max: 10,
    timeWindow: 60_000,
    keyGenerator: (request) => mustCaller(request).workspace,
  });
  /** A look-up for somebody who is no owner would tell what this network knows. */
  const refuse = async (request: FastifyRequest, url: string | undefined) => {
    const access = await asOwner(store, mustCaller(request), async () => ({ value: true }));
    if ("problem" in access) return access.problem;
    return url === undefined ? undefined : webhooks.refuseAddress(url);
  };

  app.post("/subscriptions", options, async (request, to) => {
    const wanted = parseBody(newSubscriptionSchema, request.body);
    const refused = await refuse(request, wanted.url);
    if (refused !== undefined) return replyProblem(to, refused);
    const answer = await createSubscription(store, mustCaller(request), wanted, clock());
    return replyAnswer("problem" in answer ? to : to.code(201), answer);
  });

  app.get("/subscriptions", async (request, to) => {
    const answer = await listSubscriptions(store, mustCaller(request), clock());
    return replyAnswer(to, "problem" in answer ? answer : { value: { subscriptions: answer.value } });
  });

  app.patch("/subscriptions/:id", options, async (request: WithId, to) => {
    const change = parseBody(subscriptionChangeSchema, request.body);
    return withId(request, to, async (id) => {
      const found = await findSubscription(store, mustCaller(request), id);
      if ("problem" in found) return found;
      const refused = await refuse(request, change.url);
      if (refused !== undefined) return { problem: refused };
      const answer = await changeSubscription(store, mustCaller(request), id, change, clock());
      webhooks.wakeUp();
      return answer;
    });
  });

  app.delete("/subscriptions/:id", (request: WithId, to) =>
    withId(request, to, (id) => deleteSubscription(store, mustCaller(request), id)),
  );

  app.post("/subscriptions/:id/test", options, (request: WithId, to) =>
    withId(request, to, async (id) => {
      const caller = mustCaller(request);
      const found = await findSubscription(store, caller, id);
      if ("problem" in found) return found;
      const tests = await countTests(request);
      if (!tests.isAllowed && tests.isExceeded) return { problem: tooManyTests(tests.ttl) };
      return { value: await webhooks.ping(caller.workspace, found.value) };
    }),
  );

  app.post("/subscriptions/:id/rotate-secret", options, (request: WithId, to) =>
    withId(request, to, (id) => rotateSecret(store, mustCaller(request), id, clock())),
  );

  addDeliveryRoutes(app, { store, clock, webhooks });
}

/** What was sent of a subscription, and what an owner can do about what was not. */
function addDeliveryRoutes(app: FastifyInstance, { store, clock, webhooks }: Parts): void {
  app.get("/subscriptions/:id/deliveries", async (request: WithId, to) => {
    const { state, after } = parseBody(deliveriesQuerySchema, request.query);
    return withId(request, to, (id) => listDeliveries(store, mustCaller(request), id, state, after));
  });

  app.post("/subscriptions/:id/replay", options, (request: WithId, to) =>
    withId(request, to, async (id) => {
      const answer = await replayAll(store, mustCaller(request), id, clock());
      webhooks.wakeUp();
      return answer;
    }),
  );

  for (const how of ["replay", "skip"] as const) {
    app.post(`/subscriptions/:id/deliveries/:delivery/${how}`, options, (request: WithDelivery, to) =>
      withId(request, to, async (id) => {
        const { delivery } = request.params;
        if (!v.is(uuid, delivery)) return { problem: nothingHere };
        const answer = await reviveDelivery(store, mustCaller(request), id, delivery, how, clock());
        webhooks.wakeUp();
        return answer;
      }),
    );
  }
}

function tooManyTests(retryAfterMs: number): Problem {
  return problem("rate-limited", 429, "Too many tests", { retryAfterMs });
}
