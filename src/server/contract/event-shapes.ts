import type * as v from "valibot";
import { cloudTypeOf, schemaNameOf } from "../../protocol/cloud-events.ts";
import { eventSchemas } from "../../protocol/event-schemas.ts";
import * as p from "../../protocol/parsers.ts";

/** One shape that the data of an event has or ever had. */
export interface EventShape {
  readonly type: string;
  readonly schemaVersion: number;
  /** Its name in the documents, such as `order-placed.v2`. */
  readonly name: string;
  /** Its `type` as a CloudEvent, such as `docket.order-placed.v2`. */
  readonly cloudType: string;
  readonly schema: v.GenericSchema;
}

/** What the server itself writes. Nobody has to understand it, so no parser stands for it in the protocol. */
const informative: Readonly<Record<`${string}@${number}`, v.GenericSchema>> = {
  "informative/history-restored@1": p.data({
    commonPosition: p.count,
    lostHead: p.count,
    noticedBy: p.uuid,
  }),
  // `lostHead` is at least so far: what the first request brought after the last position in common.
  "informative/history-restored@2": p.data({
    commonPosition: p.count,
    lostHead: p.count,
    noticedBy: p.uuid,
  }),
};

/** Every type at every schemaVersion that may be in a log. */
export const eventShapes: readonly EventShape[] = Object.entries<v.GenericSchema>({
  ...eventSchemas,
  ...informative,
}).map(([key, schema]) => {
  const at = key.indexOf("@");
  const shape = { type: key.slice(0, at), schemaVersion: Number(key.slice(at + 1)) };
  return { ...shape, name: schemaNameOf(shape), cloudType: cloudTypeOf(shape), schema };
});
