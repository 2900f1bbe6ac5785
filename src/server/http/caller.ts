import type { FastifyRequest } from "fastify";
import type { TokenOwner } from "../store/store.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The device that asks, on routes for devices. */
    caller: TokenOwner | null;
  }
}

/** The device that asks. */
export function mustCaller({ caller }: FastifyRequest): TokenOwner {
  if (caller === null) throw new Error("expected a caller: the route is outside of the hook that finds it");
  return caller;
}
