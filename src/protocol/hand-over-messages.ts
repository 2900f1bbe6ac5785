import * as v from "valibot";
import { limits } from "./limits.ts";
import * as p from "./parsers.ts";
import { pushedCommandSchema, verdictSchema } from "./sync-messages.ts";

/** A command that another device wrote, with its proof (`proofOf`): `seq` is the writer's own. */
const handedCommandSchema = v.strictObject({
  ...pushedCommandSchema.entries,
  device: p.uuid,
  proof: p.hash,
});

/**
 * Brings what others wrote, in the order in which it is to be judged. `cursor` and `now` are the bringing device's, as
 * in a sync.
 */
export const handOverRequestSchema = v.strictObject({
  cursor: v.nullable(v.pipe(v.string(), v.maxLength(100))),
  now: p.instant,
  commands: v.pipe(v.array(handedCommandSchema), v.minLength(1), v.maxLength(limits.requestCommands)),
});

/** A verdict for each, as in a sync. */
export const handOverResponseSchema = v.looseObject({
  serverTime: p.instant,
  verdicts: v.array(verdictSchema),
});

export type HandedCommand = Readonly<v.InferOutput<typeof handedCommandSchema>>;
export type HandOverRequest = Readonly<v.InferOutput<typeof handOverRequestSchema>>;
export type HandOverResponse = Readonly<v.InferOutput<typeof handOverResponseSchema>>;
