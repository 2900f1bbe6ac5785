import * as v from "valibot";
import { limits } from "./limits.ts";
import { logEventSchema } from "./log-event.ts";
import * as p from "./parsers.ts";
import { problemSchema } from "./problem.ts";

/**
 * `GET /v1/chain?positions=`: for each position that was asked, the last position at or before it where a command ends,
 * with the chain hash there; position 0 where there is none. A device compares them with its own log.
 */
export const chainSchema = v.looseObject({
  head: p.count,
  ends: v.array(
    v.looseObject({ asked: p.integer(1, Number.MAX_SAFE_INTEGER), position: p.count, hash: p.hash }),
  ),
});

/** The query of `GET /v1/chain`: 1..64 positions, with commas. */
export const chainQuerySchema = v.strictObject({
  positions: v.pipe(
    v.string(),
    v.maxLength(limits.chainPositions * 17),
    v.transform((text) => text.split(",").map(Number)),
    v.array(p.integer(1, Number.MAX_SAFE_INTEGER)),
    v.maxLength(limits.chainPositions),
  ),
});

/**
 * One command as it was in a device's log, whole: all of its events, the last one with its seal. Positions, versions
 * and hashes are what they were and count for nothing; the server gives new ones.
 */
const resuppliedCommandSchema = v.strictObject({
  events: v.pipe(v.array(logEventSchema), v.minLength(1), v.maxLength(limits.commandEvents)),
});

/**
 * `common` is the last position that the device's log and the server's have in common, `head` where the device's ended.
 */
export const resupplyRequestSchema = v.strictObject({
  common: v.strictObject({ position: p.count, hash: p.hash }),
  head: p.count,
  commands: v.pipe(v.array(resuppliedCommandSchema), v.minLength(1), v.maxLength(limits.requestCommands)),
});

/** The outcome of each: it is in the log again, it was there already, or why it cannot. */
export const resupplyResponseSchema = v.looseObject({
  serverTime: p.instant,
  results: v.array(
    v.variant("outcome", [
      v.looseObject({ command: p.uuid, outcome: v.picklist(["restored", "known"]) }),
      v.looseObject({ command: p.uuid, outcome: v.literal("refused"), problem: problemSchema }),
    ]),
  ),
  head: p.count,
});

export type Chain = Readonly<v.InferOutput<typeof chainSchema>>;
export type ResupplyRequest = Readonly<v.InferOutput<typeof resupplyRequestSchema>>;
export type ResupplyResponse = Readonly<v.InferOutput<typeof resupplyResponseSchema>>;
