import { importedId } from "../../protocol/ids.ts";
import type { KnownThings, ListPlan, PlannedCommand } from "./import-plan.ts";
import type { ListName } from "./list-columns.ts";
import { planCustomers } from "./plan-customers.ts";
import { planOrders } from "./plan-orders.ts";
import { planProducts } from "./plan-products.ts";
import { planStock } from "./plan-stock.ts";
import type { ReadFile } from "./read-files.ts";
import { readOrderLines } from "./read-order-lines.ts";
import type { Breathe, ListFile } from "./read-rows.ts";

/** What importing the files will do: a plan per usable file, in the order customers, products, orders, lines, stock. */
export interface ImportPlan {
  readonly lists: readonly ListPlan[];
  readonly commands: readonly PlannedCommand[];
}

/** The ids that the orders in these files have or will have: what must be known to plan them. */
export function orderIdsOf(files: readonly ReadFile[]): readonly string[] {
  const orders = findList(files, "orders");
  if (orders === undefined) return [];
  const column = orders.recognised.columns.get("ref") ?? -1;
  return [...new Set(orders.table.rows.map(({ cells }) => importedId("order", cells[column] ?? "")))];
}

/**
 * Plans an import: decides every row with the rules that the server will apply, saves nothing. Rows that are wrong
 * are told and left out. A row that already holds yields no command, so importing twice does nothing.
 */
export async function planImport(
  files: readonly ReadFile[],
  known: KnownThings,
  breathe: Breathe,
): Promise<ImportPlan> {
  const customersFile = findList(files, "customers");
  const productsFile = findList(files, "products");
  const ordersFile = findList(files, "orders");
  const linesFile = findList(files, "orderLines");
  const customers = customersFile && (await planCustomers(customersFile, known, breathe));
  const products = productsFile && (await planProducts(productsFile, known, breathe));
  const orders: readonly ListPlan[] =
    ordersFile && linesFile
      ? await planOrders(
          ordersFile,
          {
            file: linesFile,
            lines: await readOrderLines(linesFile, known, products?.bySku ?? new Map(), breathe),
          },
          known,
          customers?.byCode ?? new Map(),
          breathe,
        )
      : [];
  const stock: ListPlan[] = [];
  // What came in before what was counted: a count holds whatever was there by then.
  for (const list of ["stockReceipts", "stockCounts"] as const) {
    const file = findList(files, list);
    if (file !== undefined) stock.push(await planStock(file, known, products?.bySku ?? new Map(), breathe));
  }
  const lists = [customers?.plan, products?.plan, ...orders, ...stock].filter((plan) => plan !== undefined);
  return { lists, commands: lists.flatMap((plan) => plan.commands) };
}

function findList<List extends ListName>(files: readonly ReadFile[], list: List): ListFile<List> | undefined {
  const found = files.find((one) => one.ok && one.file.recognised.list === list);
  // The list's name was just compared: the columns are those of this list.
  return found?.ok === true ? (found.file as ListFile<ListName> as ListFile<List>) : undefined;
}
