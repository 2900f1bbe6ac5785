import type { FastifyReply, FastifyRequest } from "fastify";
import { limits } from "../../protocol/limits.ts";
import { problem } from "../../protocol/problem.ts";
import { replyProblem, unavailable } from "./reply-problem.ts";

/** Keeps the bodies that are read and worked on at one moment within bounds, for all devices and for each. */
export interface BodyBudget {
  readonly reserve: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;
  readonly release: (request: FastifyRequest) => Promise<void>;
}

/**
 * Counts requests by what their bodies may grow to. A device has one sync under way, a few more after it gave up
 * waiting; whoever has more is told to wait, and when all together have too much, everyone is.
 */
export function makeBodyBudget(bytesMax = 64 * 1024 * 1024, requestsPerDeviceMax = 8): BodyBudget {
  const reserved = new WeakMap<FastifyRequest, number>();
  const requests = new Map<string, number>();
  let bytes = 0;
  return {
    reserve: async (request, reply) => {
      const device = deviceOf(request);
      const own = requests.get(device) ?? 0;
      if (own >= requestsPerDeviceMax) {
        const wait = { detail: "one sync at a time", retryAfterMs: 1_000 };
        return replyProblem(reply, problem("rate-limited", 429, "Too many requests at once", wait));
      }
      const size = decodedBytesMax(request);
      if (bytes + size > bytesMax) return replyProblem(reply, unavailable("too many requests at once"));
      reserved.set(request, size);
      requests.set(device, own + 1);
      bytes += size;
      return undefined;
    },
    release: async (request) => {
      const size = reserved.get(request);
      if (size === undefined) return;
      reserved.delete(request);
      bytes -= size;
      const device = deviceOf(request);
      const left = (requests.get(device) ?? 1) - 1;
      if (left === 0) requests.delete(device);
      else requests.set(device, left);
    },
  };
}

function deviceOf({ caller }: FastifyRequest): string {
  return `${caller?.workspace}/${caller?.device}`;
}

/** A plain body is as long as it says; one that is compressed, or does not say, may be as long as it may be. */
function decodedBytesMax({ headers, method, routeOptions }: FastifyRequest): number {
  if (method === "GET") return 0;
  const bytesMax = routeOptions.bodyLimit ?? limits.requestBytes;
  const length = Number(headers["content-length"]);
  const isPlain = headers["content-encoding"] === undefined && Number.isSafeInteger(length);
  return isPlain ? Math.min(length, bytesMax) : bytesMax;
}
