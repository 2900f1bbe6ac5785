import type { FastifyRequest } from "fastify";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { TokenOwner } from "../store/store.ts";
import type { Tokens } from "./authenticate.ts";
import { makeMostRecent } from "./most-recent.ts";
import { networkOf } from "./network-of.ts";

/** Who asks, or why nobody is told. Every route that takes a token asks here. */
export type Identify = (request: FastifyRequest) => Promise<TokenOwner | Problem>;

/** How many failed look-ups a network may cause within a minute. */
const missesMax = 1_000;
const windowMs = 60_000;

/**
 * Limits what strangers may have looked up, by the network they ask from. Only tokens that this process knows nothing
 * of are counted, and one that turns out to be a device's is taken off again: after a start of the server a whole
 * business behind one address is looked up once, and a known device goes on beside any number of strangers. A whole
 * business may also ask with tokens that a restored server does not know.
 */
export function makeIdentify({ authenticate }: Tokens): Identify {
  const tallies = makeMostRecent<{ count: number }>(10_000, windowMs);
  const tallyOf = (network: string) => {
    const known = tallies.get(network) ?? { count: 0 };
    if (!tallies.has(network)) tallies.set(network, known);
    return known;
  };
  return (request) => {
    const network = networkOf(request.ip);
    const tally = tallyOf(network);
    return authenticate(request.headers.authorization, {
      mayLook: async () => {
        if (tally.count >= missesMax) {
          const retryAfterMs = Math.max(1, tallies.getRemainingTTL(network));
          return problem("rate-limited", 429, "Too many unknown tokens", { retryAfterMs });
        }
        tally.count += 1;
        return undefined;
      },
      found: () => {
        tally.count -= 1;
      },
    });
  };
}
