import type { FastifyInstance } from "fastify";
import { protocolVersion } from "../../protocol/limits.ts";
import type { Parts } from "./app.ts";
import { replyProblem, unavailable } from "./reply-problem.ts";

/** What the server says of itself. `publicUrl` is null where nobody has configured one. */
export interface Meta {
  readonly version: string;
  readonly publicUrl: string | null;
}

/** Routes that answer anyone, whatever protocol they speak: what this is, whether it runs, whether it can serve. */
export async function addStatusRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  const { store, setup, meta, clock } = parts;
  app.get("/v1/meta", async (_request, reply) => {
    reply.header("cache-control", "no-store");
    const isOpen = !setup.firstOnly || (await store.countWorkspaces()) === 0;
    const { version, publicUrl } = meta;
    const serverTime = clock().toISOString();
    return { product: "docket", version, protocol: protocolVersion, serverTime, publicUrl, setup: isOpen };
  });
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    try {
      await store.ping();
      return { status: "ok" };
    } catch {
      return replyProblem(reply, unavailable("the database does not answer"));
    }
  });
}
