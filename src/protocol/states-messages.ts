import * as v from "valibot";
import { limits } from "./limits.ts";
import * as p from "./parsers.ts";

/**
 * The two parts of a workspace's states, in the order in which a device fetches them: `now` is all that work goes on
 * with (settings, customers, products, stock, orders that are not finished), `past` the finished orders.
 */
export const statesParts = ["now", "past"] as const;

/** The query of `GET /v1/states`: `after` is the stream that the page before ended with. */
export const statesQuerySchema = v.strictObject({
  part: v.picklist(statesParts),
  after: v.exactOptional(p.streamKey),
});

/** A stream as its events make it: `version` events, the last of which is `event`. */
const streamStateSchema = v.looseObject({
  stream: p.streamKey,
  version: p.integer(1, Number.MAX_SAFE_INTEGER),
  event: p.uuid,
  state: v.looseObject({ status: v.string() }),
});

/**
 * A page of states instead of events. The states are those at `position` (with the chain hash there) or later, so a
 * device that follows the log from the `position` of its first page skips what they hold already. `model` names the
 * folds that made them: a device with others cannot use them. `counts`, on a part's first page, are all streams of each
 * part; `next` is null where the part ends here.
 */
export const statesPageSchema = v.looseObject({
  position: p.integer(1, Number.MAX_SAFE_INTEGER),
  hash: p.hash,
  model: v.pipe(v.string(), v.maxLength(10_000)),
  counts: v.exactOptional(v.strictObject({ now: p.count, past: p.count })),
  states: v.pipe(v.array(streamStateSchema), v.maxLength(limits.pageStates)),
  next: v.nullable(p.streamKey),
});

export type StatesPart = (typeof statesParts)[number];
export type StreamState = Readonly<v.InferOutput<typeof streamStateSchema>>;
export type StatesPage = Readonly<v.InferOutput<typeof statesPageSchema>>;
