import type { FastifyReply, FastifyRequest } from "fastify";
import { limits } from "../../protocol/limits.ts";
import { problem } from "../../protocol/problem.ts";
import { replyProblem, unavailable } from "./reply-problem.ts";
import { isOver, whenOver } from "./when-over.ts";

/** Keeps the bodies that are read and worked on at one moment within bounds, for all devices and for each. */
export interface BodyBudget {
  /** Takes a request's place before its body is read, or answers why there is none. It is free when the request is over. */
  readonly reserve: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;
  /** Keeps the place while the request is worked on, also where whoever asked has gone: its body is here until then. */
  readonly hold: <Answer>(request: FastifyRequest, work: () => Promise<Answer>) => Promise<Answer>;
}

/** What one request takes. It is counted until it is over and nobody works on it. */
interface Place {
  readonly device: string;
  readonly bytes: number;
  isOver: boolean;
  isWorkedOn: boolean;
}

/**
 * Counts requests by what their bodies may grow to. A device has one sync under way, a few more after it gave up
 * waiting; whoever has more is told to wait, and when all together have too much, everyone is.
 */
export function makeBodyBudget(bytesMax = 64 * 1024 * 1024, requestsPerDeviceMax = 8): BodyBudget {
  const places = new WeakMap<FastifyRequest, Place>();
  const requests = new Map<string, number>();
  let bytes = 0;
  const count = (place: Place) => {
    requests.set(place.device, (requests.get(place.device) ?? 0) + 1);
    bytes += place.bytes;
  };
  const free = (place: Place) => {
    bytes -= place.bytes;
    const left = (requests.get(place.device) ?? 1) - 1;
    if (left === 0) requests.delete(place.device);
    else requests.set(place.device, left);
  };
  return {
    reserve: async (request, reply) => {
      // It has gone while it was found out who asks.
      if (isOver(reply)) return reply.hijack();
      const device = deviceOf(request);
      if ((requests.get(device) ?? 0) >= requestsPerDeviceMax) {
        const wait = { detail: "one sync at a time", retryAfterMs: 1_000 };
        return replyProblem(reply, problem("rate-limited", 429, "Too many requests at once", wait));
      }
      const size = decodedBytesMax(request);
      if (bytes + size > bytesMax) return replyProblem(reply, unavailable("too many requests at once"));
      const place: Place = { device, bytes: size, isOver: false, isWorkedOn: false };
      places.set(request, place);
      count(place);
      whenOver(reply, () => {
        place.isOver = true;
        if (!place.isWorkedOn) free(place);
      });
      return undefined;
    },
    hold: async (request, work) => {
      const place = places.get(request);
      if (place === undefined) throw new Error("expected a place: the route stands outside of the budget");
      // It has gone with its body complete: what it sent counts, and so does its place.
      if (place.isOver) count(place);
      place.isWorkedOn = true;
      try {
        return await work();
      } finally {
        place.isWorkedOn = false;
        if (place.isOver) free(place);
      }
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
