import type { FastifyInstance } from "fastify";
import { protocolVersion, signInPath } from "../../protocol/limits.ts";
import { keptFor } from "./kept-for.ts";
import type { Parts } from "./parts.ts";
import { replyProblem, unavailable } from "./reply-problem.ts";

/**
 * Routes that answer anyone, whatever protocol they speak: what this is, whether it runs, whether it can serve. What
 * they ask the database is kept for a second: however many ask, it is asked once.
 */
export async function addStatusRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  const { store, setup, meta, clock, workspaceCount } = parts;
  const ping = keptFor(readyMs, () => store.ping());
  app.get("/v1/meta", async (_request, reply) => {
    reply.header("cache-control", "no-store");
    const isOpen = !setup.firstOnly || (await workspaceCount.read()) === 0;
    const { version, publicUrl } = meta;
    const serverTime = clock().toISOString();
    return { product: "docket", version, protocol: protocolVersion, serverTime, publicUrl, setup: isOpen };
  });
  // The app's worker answers for every screen from what it keeps, so a sign-in in front of the server is never seen
  // there. This address is the network's: whoever has signed in comes back to the app.
  app.get(signInPath, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    return reply.redirect("/outbox", 303);
  });
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    try {
      await ping.read();
      return { status: "ok" };
    } catch {
      return replyProblem(reply, unavailable("the database does not answer"));
    }
  });
}

/** For how long an answer of the database counts, the one that it does not come included. */
const readyMs = 1_000;
