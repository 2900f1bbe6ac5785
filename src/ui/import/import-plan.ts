import type { CustomerState } from "../../domain/customer/customer.ts";
import type { KnownCommand, KnownRejection } from "../../domain/kinds.ts";
import type { OrderState } from "../../domain/order/order-state.ts";
import type { ProductState } from "../../domain/product/product.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import type { TaxMode } from "../../domain/totals.ts";
import type { ListName } from "./list-columns.ts";
import type { CellFault } from "./parse-cell.ts";

/** What is wrong with a row beyond its single cells, as facts; the words are in `problem-words.ts`. */
export type RowTrouble =
  | { readonly wrong: "row-width"; readonly found: number; readonly expected: number }
  | { readonly wrong: "duplicate"; readonly firstRow: number }
  | { readonly wrong: "unknown-customer" }
  /** Several customers have this code, or codes that differ from it by case alone. */
  | { readonly wrong: "unclear-customer" }
  | { readonly wrong: "unknown-product" }
  | { readonly wrong: "no-lines" }
  | { readonly wrong: "lines-wrong"; readonly file: string; readonly rows: readonly number[] }
  | { readonly wrong: "order-missing" }
  | { readonly wrong: "order-wrong" }
  | { readonly wrong: "other-currency"; readonly currency: string }
  /** A product without a record here: nothing can be counted or received of it. */
  | { readonly wrong: "product-missing" }
  /** Rows of one file that say something of the same SKU under the same receipt or count. */
  | { readonly wrong: "sku-twice"; readonly rows: readonly number[] }
  /** It went in before, with another figure. */
  | { readonly wrong: "imported-otherwise"; readonly quantity: number }
  /** It went in before and waits in the outbox for a person. */
  | { readonly wrong: "in-outbox" }
  | { readonly wrong: "rejected"; readonly rejection: KnownRejection };

/** One thing that is wrong: in which row (as a spreadsheet numbers it) and column, and what is there. */
export interface RowFault {
  readonly file: string;
  readonly row: number;
  /** The column as the file names it; empty where the whole row is meant. */
  readonly column: string;
  readonly value: string;
  readonly fault: CellFault | RowTrouble;
}

/** What importing a row will do. A `wrong` one is left out; all others go in. */
export type RowStatus = "new" | "changed" | "same" | "wrong";

/** One row of the preview. `fields` names what changes, for a changed one. */
export interface PlannedRow {
  readonly row: number;
  readonly label: string;
  readonly status: RowStatus;
  readonly fields: readonly string[];
}

/** A command that the import will send, once somebody says yes. */
export interface PlannedCommand {
  /** Made from what the row is called, where the same row must never count twice. */
  readonly id?: string;
  readonly stream: StreamKey;
  readonly command: KnownCommand;
}

/** What importing one file will do. `commands` are those of its new and changed rows only. */
export interface ListPlan {
  readonly list: ListName;
  readonly file: string;
  readonly rows: readonly PlannedRow[];
  readonly counts: Readonly<Record<RowStatus, number>>;
  readonly faults: readonly RowFault[];
  readonly unused: readonly string[];
  readonly commands: readonly PlannedCommand[];
}

/** What a receipt or count that was imported before became: its figure, or that a person has to decide on it. */
export type KnownEntry = { readonly quantity: number } | "in-outbox";

/** What this business has already, as far as the files speak of it. Orders by id, stock by the id of the SKU. */
export interface KnownThings {
  readonly currency: string;
  readonly taxMode: TaxMode;
  readonly customers: ReadonlyMap<string, Exclude<CustomerState, { status: "none" }>>;
  readonly products: ReadonlyMap<string, Exclude<ProductState, { status: "none" }>>;
  readonly stocked: ReadonlySet<string>;
  /** What has changed the stock of what the files speak of, by the ids of the commands. */
  readonly imported: ReadonlyMap<string, KnownEntry>;
  readonly orders: ReadonlyMap<string, Exclude<OrderState, { status: "none" }>>;
}

/** The plan of one file from its rows, faults and commands. */
export function listPlan(plan: Omit<ListPlan, "counts">): ListPlan {
  const counts = { new: 0, changed: 0, same: 0, wrong: 0 };
  for (const { status } of plan.rows) counts[status] += 1;
  return { ...plan, counts };
}
