import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { TokenOwner } from "../store/store.ts";
import type { Tokens } from "./authenticate.ts";
import { networkOf } from "./network-of.ts";

/** Who asks, or why nobody is told. Every route that takes a token asks here. */
export type Identify = (request: FastifyRequest) => Promise<TokenOwner | Problem>;

/**
 * Limits what strangers may have looked up, by the network they ask from: only tokens that this process knows nothing of
 * count, so that a known device goes on behind the same address. A whole business may stand behind it, and ask with
 * tokens that a restored server does not know.
 */
export function makeIdentify(app: FastifyInstance, { authenticate }: Tokens): Identify {
  const count = app.createRateLimit({
    max: 1_000,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => networkOf(ip),
  });
  return (request) =>
    authenticate(request.headers.authorization, async () => {
      const looked = await count(request);
      if (looked.isAllowed || !looked.isExceeded) return undefined;
      return problem("rate-limited", 429, "Too many unknown tokens", { retryAfterMs: looked.ttl });
    });
}
