import type { KnownEvent } from "./kinds.ts";

/** What a device may do in its workspace. `service` is for other programs, which read. */
export type Role = "owner" | "rep" | "warehouse" | "service";

/** All roles, most powerful first. */
export const roles = ["owner", "rep", "warehouse", "service"] as const satisfies readonly Role[];

const takesOrders: readonly Role[] = ["owner", "rep"];
const handlesGoods: readonly Role[] = ["owner", "warehouse"];
const owns: readonly Role[] = ["owner"];
/** What a consumer writes: no device may. */
const noDevice: readonly Role[] = [];

const writers: Readonly<Record<KnownEvent["type"], readonly Role[]>> = {
  "order-drafted": takesOrders,
  "line-added": takesOrders,
  "line-quantity-changed": takesOrders,
  "line-discount-changed": takesOrders,
  "line-note-changed": takesOrders,
  "line-removed": takesOrders,
  "line-back-ordered": takesOrders,
  "order-details-changed": takesOrders,
  "order-placed": takesOrders,
  "order-shipped": handlesGoods,
  "order-cancelled": takesOrders,
  "order-renumbered": takesOrders,
  "order-imported": owns,
  "customer-added": takesOrders,
  "customer-changed": takesOrders,
  "product-added": owns,
  "product-changed": owns,
  "stock-counted": handlesGoods,
  "stock-received": handlesGoods,
  "workspace-set-up": owns,
  "settings-changed": owns,
  "stock-allocated": noDevice,
  "stock-released": noDevice,
  "stock-issued": noDevice,
  "stock-level-changed": noDevice,
};

/**
 * Whether a device of this role may record an event of this type. The server asks at every push, screens ask to know
 * what to offer.
 */
export function mayRecord(role: Role, type: KnownEvent["type"]): boolean {
  return writers[type].includes(role);
}
