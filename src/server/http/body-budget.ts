import type { FastifyReply, FastifyRequest } from "fastify";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { TokenOwner } from "../store/store.ts";
import { replyProblem, unavailable } from "./reply-problem.ts";
import { type Full, makeShares, type ShareLimits } from "./shares.ts";
import { isOver, whenOver } from "./when-over.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Takes room for so many more bytes of the request's body, or answers why there is none; null: nobody counts. */
    takeRoom: ((bytes: number) => Problem | undefined) | null;
  }
}

/** Keeps the bodies that are read and worked on at one moment within bounds, in shares of workspaces and lineages. */
export interface BodyBudget {
  /**
   * Takes a request's slot before its body is read, or answers why there is none. It is free when the request is over.
   */
  readonly reserve: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;
  /** Keeps the slot while the request is worked on, also where whoever asked has gone: its body is here until then. */
  readonly hold: <Answer>(request: FastifyRequest, work: () => Promise<Answer>) => Promise<Answer>;
}

/** What the bodies of one kind of request may take at one moment. */
export interface BodyLimits {
  /** In bytes: what has arrived, and what it is decoded to. */
  readonly bytes: ShareLimits;
  readonly requestsPerDeviceMax: number;
}

const mebibyte = 1024 * 1024;

/**
 * A device has one sync under way, a few more after it gave up waiting. A body that is worked on takes some ten times
 * its bytes: read, parsed and checked. More at once than this would only wait for the log, each with its body in
 * memory.
 */
export const syncBodies: BodyLimits = {
  bytes: { all: 16 * mebibyte, workspace: 4 * mebibyte, lineage: 2 * mebibyte },
  requestsPerDeviceMax: 8,
};

/** A single body that gives commands back may have 5 MiB. */
export const healingBodies: BodyLimits = {
  bytes: { all: 32 * mebibyte, workspace: 8 * mebibyte, lineage: 6 * mebibyte },
  requestsPerDeviceMax: 4,
};

/** What a request takes before anything of its body is here: its connection, its headers, what is made for it. */
const requestBytes = 16 * 1024;

/** What one request takes. It is counted until it is over and nobody works on it. */
interface Slot {
  readonly owner: TokenOwner;
  bytes: number;
  isOver: boolean;
  isWorkedOn: boolean;
}

/**
 * Counts requests, and of their bodies what has arrived: whoever sends slowly holds little. Whoever has more than its
 * share is told to wait, and when all together have too much, everyone is.
 */
export function makeBodyBudget({ bytes, requestsPerDeviceMax }: BodyLimits): BodyBudget {
  const slots = new WeakMap<FastifyRequest, Slot>();
  const requests = new Map<string, number>();
  const shares = makeShares(bytes);
  const count = ({ owner, bytes: taken }: Slot) => {
    requests.set(deviceOf(owner), (requests.get(deviceOf(owner)) ?? 0) + 1);
    shares.take(owner, taken);
  };
  const free = ({ owner, bytes: taken }: Slot) => {
    shares.take(owner, -taken);
    const left = (requests.get(deviceOf(owner)) ?? 1) - 1;
    if (left === 0) requests.delete(deviceOf(owner));
    else requests.set(deviceOf(owner), left);
  };
  return {
    reserve: async (request, reply) => {
      // The client left while it was being identified.
      if (isOver(reply)) return reply.hijack();
      const owner = mustOwner(request);
      if ((requests.get(deviceOf(owner)) ?? 0) >= requestsPerDeviceMax)
        return replyProblem(reply, tooMany("one sync at a time"));
      const full = shares.lack(owner, requestBytes);
      if (full !== undefined) return replyProblem(reply, noRoom(full));
      const slot: Slot = { owner, bytes: requestBytes, isOver: false, isWorkedOn: false };
      slots.set(request, slot);
      count(slot);
      request.takeRoom = (more) => {
        if (slot.isOver || more <= 0) return undefined;
        const lacking = shares.lack(owner, more);
        if (lacking !== undefined) return noRoom(lacking);
        shares.take(owner, more);
        slot.bytes += more;
        return undefined;
      };
      whenOver(reply, () => {
        slot.isOver = true;
        if (!slot.isWorkedOn) free(slot);
      });
      return undefined;
    },
    hold: async (request, work) => {
      const slot = slots.get(request);
      if (slot === undefined) throw new Error("expected a slot: the route is outside of the budget");
      // The client left after it sent the whole body: the body counts, and so does its slot.
      if (slot.isOver) count(slot);
      slot.isWorkedOn = true;
      try {
        return await work();
      } finally {
        slot.isWorkedOn = false;
        if (slot.isOver) free(slot);
      }
    },
  };
}

function noRoom(full: Full): Problem {
  if (full === "all") return unavailable("too many requests at once");
  return tooMany(
    full === "lineage"
      ? "a device and its successors may send only so much at once"
      : "the devices of a workspace may send only so much at once",
  );
}

function tooMany(detail: string): Problem {
  return problem("rate-limited", 429, "Too many requests at once", { detail, retryAfterMs: 1_000 });
}

function mustOwner({ caller }: FastifyRequest): TokenOwner {
  if (caller === null) throw new Error("expected a caller: the route is outside of the hook that finds it");
  return caller;
}

function deviceOf({ workspace, device }: TokenOwner): string {
  return `${workspace}/${device}`;
}
