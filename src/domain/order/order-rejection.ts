import type { FieldConflict } from "../field-changes.ts";
import type { OrderStatus } from "./order-state.ts";

/** Why a command or an event of an order can be refused, as facts. Words for them are the UI's. */
export type OrderRejection =
  | { readonly reason: "order-not-found" }
  | { readonly reason: "order-exists"; readonly status: OrderStatus }
  | { readonly reason: "order-not-open"; readonly status: OrderStatus }
  | { readonly reason: "order-not-draft"; readonly status: OrderStatus }
  | { readonly reason: "order-not-placed"; readonly status: OrderStatus }
  | { readonly reason: "order-empty" }
  | { readonly reason: "line-exists"; readonly lineId: string }
  | { readonly reason: "line-not-found"; readonly lineId: string; readonly removed: boolean }
  | { readonly reason: "last-line-of-placed-order"; readonly lineId: string }
  /** More would be waited for than the line asks for: its quantity was lowered meanwhile. */
  | {
      readonly reason: "back-order-too-large";
      readonly lineId: string;
      readonly sku: string;
      readonly name: string;
      readonly quantity: number;
      readonly ordered: number;
    }
  | { readonly reason: "too-many-lines"; readonly max: number }
  | { readonly reason: "quantity-out-of-range"; readonly quantity: number; readonly max: number }
  | { readonly reason: "amount-too-large" }
  | {
      readonly reason: "line-changed-meanwhile";
      readonly lineId: string;
      readonly sku: string;
      readonly name: string;
      readonly conflict: FieldConflict;
    }
  | { readonly reason: "details-changed-meanwhile"; readonly conflicts: readonly FieldConflict[] }
  | { readonly reason: "placed-differs"; readonly field: string }
  | { readonly reason: "number-changed-meanwhile"; readonly current: string | null }
  | { readonly reason: "import-differs"; readonly externalRef: string };
