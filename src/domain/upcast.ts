import {
  type CustomerAddedV1,
  type CustomerChangedV1,
  upcastCustomerAddedV1,
  upcastCustomerChangedV1,
} from "./customer/upcast-customer-contact.ts";
import type { StoredEvent } from "./event.ts";
import type { KnownEvent } from "./kinds.ts";
import { type OrderCancelledV1, upcastOrderCancelledV1 } from "./order/upcast-order-cancelled.ts";
import { type OrderPlacedV1, upcastOrderPlacedV1 } from "./order/upcast-order-placed.ts";
import {
  type LineAddedV1,
  type OrderImportedV1,
  type OrderPlacedV2,
  upcastLineAddedV1,
  upcastOrderImportedV1,
  upcastOrderPlacedV2,
} from "./order/upcast-order-taxes.ts";
import {
  type ProductAddedV1,
  type ProductChangedV1,
  upcastProductAddedV1,
  upcastProductChangedV1,
} from "./product/upcast-product-tax.ts";
import {
  type SettingsChangedV1,
  upcastSettingsChangedV1,
  upcastWorkspaceSetUpV1,
  type WorkspaceSetUpV1,
} from "./workspace/upcast-tax-rates.ts";

/** The newest schemaVersion of every event type that this build reads and writes. */
export const schemaVersions: Readonly<Record<KnownEvent["type"], number>> = {
  "order-drafted": 1,
  "line-added": 2,
  "line-quantity-changed": 1,
  "line-discount-changed": 1,
  "line-note-changed": 1,
  "line-removed": 1,
  "line-back-ordered": 1,
  "order-details-changed": 1,
  "order-placed": 3,
  "order-shipped": 1,
  "order-cancelled": 2,
  "order-renumbered": 1,
  "order-imported": 2,
  "customer-added": 2,
  "customer-changed": 2,
  "product-added": 2,
  "product-changed": 2,
  "stock-counted": 1,
  "stock-received": 1,
  "workspace-set-up": 2,
  "settings-changed": 2,
  "stock-allocated": 1,
  "stock-released": 1,
  "stock-issued": 1,
  "stock-level-changed": 1,
};

/** One step from an older shape to the next, by `type@schemaVersion` of the older one. */
export const upcasters: Readonly<Record<string, (event: StoredEvent) => StoredEvent>> = {
  "order-placed@1": (event) => upcastOrderPlacedV1(event as OrderPlacedV1),
  "line-added@1": (event) => upcastLineAddedV1(event as LineAddedV1),
  "order-placed@2": (event) => upcastOrderPlacedV2(event as OrderPlacedV2),
  "order-imported@1": (event) => upcastOrderImportedV1(event as OrderImportedV1),
  "order-cancelled@1": (event) => upcastOrderCancelledV1(event as OrderCancelledV1),
  "customer-added@1": (event) => upcastCustomerAddedV1(event as CustomerAddedV1),
  "customer-changed@1": (event) => upcastCustomerChangedV1(event as CustomerChangedV1),
  "product-added@1": (event) => upcastProductAddedV1(event as ProductAddedV1),
  "product-changed@1": (event) => upcastProductChangedV1(event as ProductChangedV1),
  "workspace-set-up@1": (event) => upcastWorkspaceSetUpV1(event as WorkspaceSetUpV1),
  "settings-changed@1": (event) => upcastSettingsChangedV1(event as SettingsChangedV1),
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
