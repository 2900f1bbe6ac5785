import * as v from "valibot";
import * as p from "./parsers.ts";

/** The query of `GET /v1/consistency`: the position asked about, the log's end where it is left out. */
export const consistencyQuerySchema = v.strictObject({
  at: v.exactOptional(v.pipe(v.string(), v.maxLength(100))),
});

/** A consumer's name. */
const consumerName = v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/, "expected a consumer's name"));

/**
 * How far the services behind the log have come. `reached`: all of them have read up to `at`. `setAside` counts events
 * that a consumer could not take, with those that wait behind them: they are not reflected, however far it has come.
 */
export const consistencySchema = v.looseObject({
  at: p.count,
  head: p.count,
  reached: v.boolean(),
  consumers: v.array(
    v.looseObject({ name: consumerName, position: p.count, reached: v.boolean(), setAside: p.count }),
  ),
});

/** What is set aside of a consumer's work, and why; `behind`: it waits for an earlier one of its stream. */
const setAsideSchema = v.looseObject({
  position: p.integer(1, Number.MAX_SAFE_INTEGER),
  stream: p.streamKey,
  event: p.uuid,
  reason: v.string(),
  at: p.instant,
});

/** The consumers of a workspace. `lag`: how many events there are to read; `movedAt`: when it read last. */
export const consumersSchema = v.looseObject({
  consumers: v.array(
    v.looseObject({
      name: consumerName,
      position: p.count,
      lag: p.count,
      movedAt: v.nullable(p.instant),
      setAside: v.array(setAsideSchema),
    }),
  ),
});

/** The body of `POST /v1/consumers/{name}/retry`. */
export const retryRequestSchema = v.strictObject({ stream: p.streamKey });

/**
 * The result: `retried` events were taken; `poisoned`: one still cannot be, for `reason`; `busy`: the consumer is
 * at work, ask again.
 */
export const retryAnswerSchema = v.looseObject({
  outcome: v.picklist(["retried", "nothing", "poisoned", "busy"]),
  taken: v.exactOptional(p.count),
  reason: v.exactOptional(v.string()),
});

/** The answer of `POST /v1/consumers/{name}/reset`. */
export const resetAnswerSchema = v.looseObject({ outcome: v.picklist(["reset", "busy"]) });

export type Consistency = Readonly<v.InferOutput<typeof consistencySchema>>;
export type Consumers = Readonly<v.InferOutput<typeof consumersSchema>>;
export type RetryAnswer = Readonly<v.InferOutput<typeof retryAnswerSchema>>;
export type ResetAnswer = Readonly<v.InferOutput<typeof resetAnswerSchema>>;
