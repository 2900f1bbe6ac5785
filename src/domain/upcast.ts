import type { StoredEvent } from "./event.ts";
import type { KnownEvent } from "./kinds.ts";
import { type OrderPlacedV1, upcastOrderPlacedV1 } from "./order/upcast-order-placed.ts";

/** The newest schemaVersion of every event type that this build reads and writes. */
export const schemaVersions: Readonly<Record<KnownEvent["type"], number>> = {
  "order-drafted": 1,
  "line-added": 1,
  "line-quantity-changed": 1,
  "line-discount-changed": 1,
  "line-note-changed": 1,
  "line-removed": 1,
  "line-back-ordered": 1,
  "order-details-changed": 1,
  "order-placed": 2,
  "order-shipped": 1,
  "order-cancelled": 1,
  "order-renumbered": 1,
  "order-imported": 1,
  "customer-added": 1,
  "customer-changed": 1,
  "product-added": 1,
  "product-changed": 1,
  "stock-counted": 1,
  "stock-received": 1,
  "workspace-set-up": 1,
  "settings-changed": 1,
  "stock-allocated": 1,
  "stock-released": 1,
  "stock-issued": 1,
  "stock-level-changed": 1,
};

/** One step from an older shape to the next, by `type@schemaVersion` of the older one. */
const upcasters: Readonly<Record<string, (event: StoredEvent) => StoredEvent>> = {
  "order-placed@1": (event) => upcastOrderPlacedV1(event as OrderPlacedV1),
};

/** An event in its newest shape, or why this build cannot read it. */
export type Upcast =
  | { readonly outcome: "known"; readonly event: KnownEvent }
  | { readonly outcome: "unknown"; readonly type: string; readonly schemaVersion: number };

/**
 * Lifts a stored event to its newest shape. Its data must have been parsed at its own schemaVersion before. What
 * is not known (a type or version of a newer build) is said, never guessed by shape.
 */
export function upcast(event: StoredEvent): Upcast {
  let lifted = event;
  for (let steps = 0; steps < 100; steps += 1) {
    if (isCurrent(lifted)) return { outcome: "known", event: lifted };
    const step = upcasters[`${lifted.type}@${lifted.schemaVersion}`];
    if (step === undefined) break;
    lifted = step(lifted);
  }
  return { outcome: "unknown", type: event.type, schemaVersion: event.schemaVersion };
}

/** Whether builds that do not know this type may skip it: nothing depends on it. */
export function isInformative(type: string): boolean {
  return type.startsWith("informative/");
}

function isCurrent(event: StoredEvent): event is KnownEvent {
  return (
    Object.hasOwn(schemaVersions, event.type) &&
    schemaVersions[event.type as KnownEvent["type"]] === event.schemaVersion
  );
}
