import type { EventOf } from "../event.ts";
import type { OrderCancelled } from "./order-events.ts";

/** The first shape: the person's text was in `reason`, the name that elsewhere holds codes. */
export type OrderCancelledV1 = EventOf<"order-cancelled", 1, { readonly reason: string }>;

/** The same text under the name that all other texts of people have. */
export function upcastOrderCancelledV1({ data }: OrderCancelledV1): OrderCancelled {
  return { type: "order-cancelled", schemaVersion: 2, data: liftCancelNote(data) };
}

/** What somebody wrote when they cancelled. */
export function liftCancelNote<Data extends { readonly reason: string }>({ reason, ...rest }: Data) {
  return { ...rest, note: reason };
}
