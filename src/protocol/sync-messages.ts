import * as v from "valibot";
import { limits } from "./limits.ts";
import { logEventSchema } from "./log-event.ts";
import * as p from "./parsers.ts";
import { problemSchema } from "./problem.ts";

/** What a device decided, before the server gave it a position. `data` is judged by the event's own schema. */
export const proposedEventSchema = v.strictObject({
  id: p.uuid,
  type: p.eventType,
  schemaVersion: p.integer(1, 10_000),
  data: v.unknown(),
});

/**
 * One command as it is pushed: `expected` is the version and id of the last event of the stream that it was
 * decided on (0 and null for a new stream), the device's own pending predecessors included.
 */
export const pushedCommandSchema = v.strictObject({
  id: p.uuid,
  seq: p.integer(1, Number.MAX_SAFE_INTEGER),
  stream: p.streamKey,
  expected: v.strictObject({ version: p.count, event: v.nullable(p.uuid) }),
  at: p.instant,
  actor: p.shortText,
  traceparent: p.traceparent,
  replaces: v.exactOptional(p.uuid),
  events: v.pipe(v.array(proposedEventSchema), v.minLength(1), v.maxLength(limits.commandEvents)),
});

/** `now` is the device's clock, `lastSeq` the highest seq that it has given. Commands ascend by seq. */
export const syncRequestSchema = v.strictObject({
  cursor: v.nullable(v.pipe(v.string(), v.maxLength(100))),
  lastSeq: p.count,
  now: p.instant,
  limit: v.exactOptional(p.integer(1, limits.pageEvents)),
  commands: v.pipe(
    v.array(pushedCommandSchema),
    v.maxLength(limits.requestCommands),
    v.check(
      (commands) => commands.every((command, index) => command.seq > (commands[index - 1]?.seq ?? 0)),
      "expected commands with ascending seq",
    ),
  ),
});

/** The server's answer to one command. */
export const verdictSchema = v.variant("outcome", [
  v.looseObject({
    command: p.uuid,
    outcome: v.picklist(["accepted", "duplicate"]),
    positions: v.array(p.integer(1, Number.MAX_SAFE_INTEGER)),
  }),
  v.looseObject({ command: p.uuid, outcome: v.literal("conflict"), version: p.count }),
  v.looseObject({ command: p.uuid, outcome: v.literal("refused"), problem: problemSchema }),
]);

/**
 * `cursor` is where the page ends; `head` the last position of the log; `knownSeq` the highest seq seen of this device.
 */
export const syncResponseSchema = v.looseObject({
  serverTime: p.instant,
  verdicts: v.array(verdictSchema),
  events: v.array(logEventSchema),
  cursor: v.string(),
  more: v.boolean(),
  head: p.count,
  knownSeq: p.count,
});

export type ProposedEvent = Readonly<v.InferOutput<typeof proposedEventSchema>>;
export type PushedCommand = Readonly<v.InferOutput<typeof pushedCommandSchema>>;
export type SyncRequest = Readonly<v.InferOutput<typeof syncRequestSchema>>;
export type Verdict = Readonly<v.InferOutput<typeof verdictSchema>>;
export type SyncResponse = Readonly<v.InferOutput<typeof syncResponseSchema>>;
