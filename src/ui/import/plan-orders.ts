import { groupBy } from "../../device/storage/group-by.ts";
import type { Address } from "../../domain/address.ts";
import { decideOrder } from "../../domain/order/decide-order.ts";
import type { OrderCustomer } from "../../domain/order/order-events.ts";
import { noOrder } from "../../domain/order/order-state.ts";
import { orderStream } from "../../domain/stream-key.ts";
import { importedId } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import {
  type KnownThings,
  type ListPlan,
  listPlan,
  type PlannedCommand,
  type PlannedRow,
  type RowFault,
} from "./import-plan.ts";
import { currencyDigits, parseDay, parseDecimal, parsePercent, parseText } from "./parse-cell.ts";
import {
  type CustomerCodes,
  customerCodes,
  findCustomerId,
  type ImportedCustomer,
} from "./plan-customers.ts";
import { amountMinorMax } from "./plan-products.ts";
import { parseRef, type ReadLine } from "./read-order-lines.ts";
import { type Breathe, type ListFile, type RowReader, readRows } from "./read-rows.ts";

const short = (text: string) => parseText(text, limits.shortText);

/** The lines' file, read. */
export interface LinesFile {
  readonly file: ListFile<"orderLines">;
  readonly lines: readonly ReadLine[];
}

/**
 * Plans orders with their lines, from two files. An order goes in whole or not at all: one wrong line leaves the
 * order out, and the order's row says which line it was. Taxes are not charged on orders whose lines name none.
 */
export async function planOrders(
  file: ListFile<"orders">,
  linesFile: LinesFile,
  known: KnownThings,
  byCode: ReadonlyMap<string, ImportedCustomer>,
  breathe: Breathe,
): Promise<readonly [orders: ListPlan, lines: ListPlan]> {
  const linesByRef = groupBy(linesFile.lines, ({ ref }) => ref);
  const codes = customerCodes(known, byCode.values());
  const listed = new Map([...byCode.values()].map((customer) => [customer.id, customer]));
  const taxMode = linesFile.file.recognised.columns.has("tax") ? known.taxMode : "none";
  const firstRows = new Map<string, number>();
  const statusByRef = new Map<string, PlannedRow["status"]>();
  const faults: RowFault[] = [];
  const commands: PlannedCommand[] = [];
  const rows = await readRows(file, breathe, (reader): PlannedRow => {
    const ref = reader.need("ref", parseRef);
    const firstRow = ref === undefined ? undefined : firstRows.get(ref);
    if (firstRow !== undefined) reader.fault("ref", { wrong: "duplicate", firstRow });
    if (ref !== undefined) firstRows.set(ref, firstRow ?? reader.row);
    const customer = readCustomer(reader, ref, known, listed, codes);
    const orderedOn = reader.need("orderedOn", parseDay);
    const details = readDetails(reader, known);
    const lines = linesByRef.get(ref ?? "") ?? [];
    const bad = lines.filter(({ line }) => line === undefined).map(({ row }) => row);
    if (ref !== undefined && lines.length === 0) reader.fault("ref", { wrong: "no-lines" });
    if (bad.length > 0) reader.fault("ref", { wrong: "lines-wrong", file: linesFile.file.name, rows: bad });
    const done = (status: PlannedRow["status"], fields: readonly string[] = []): PlannedRow => {
      faults.push(...reader.faults);
      if (ref !== undefined && firstRow === undefined) statusByRef.set(ref, status);
      return { row: reader.row, label: [ref, customer?.name].filter(Boolean).join(" · "), status, fields };
    };
    if (ref === undefined || orderedOn === undefined || reader.faults.length > 0) return done("wrong");
    const data = {
      ...details,
      customer: customer ?? null,
      orderedOn,
      currency: known.currency,
      taxMode,
      externalRef: ref,
      lines: lines.flatMap(({ line }) => (line === undefined ? [] : [line])),
    } as const;
    const id = importedId("order", ref);
    const command = { type: "import-order", data } as const;
    const order = known.orders.get(id) ?? noOrder;
    const decision = decideOrder(command, order);
    if (decision.outcome === "rejected") {
      reader.fault("ref", { wrong: "rejected", rejection: decision.rejection });
      return done("wrong");
    }
    if (decision.outcome === "already") return done("same");
    commands.push({ stream: orderStream(id), command });
    return done(order.status === "none" ? "new" : "changed");
  });
  const plan = listPlan({
    list: "orders",
    file: file.name,
    rows,
    faults,
    unused: file.recognised.unused,
    commands,
  });
  return [plan, planOfLines(linesFile, statusByRef)];
}

/** What an order's row says beside its customer and its day, in the workspace's currency. */
function readDetails(reader: RowReader<"orders">, { currency }: KnownThings) {
  const digits = currencyDigits(currency);
  const details = {
    wantedOn: reader.find("wantedOn", parseDay) ?? null,
    shippedOn: reader.find("shippedOn", parseDay) ?? null,
    freightMinor: reader.find("freight", (text) => parseDecimal(text, digits, amountMinorMax)) ?? 0,
    discountBps: reader.find("discount", (text) => parsePercent(text, 10_000)) ?? 0,
    reference: reader.find("reference", short) ?? "",
    note: reader.find("note", (text) => parseText(text, limits.longText)) ?? "",
    shipTo: readShipTo(reader),
  };
  const named = reader.text("currency").toUpperCase();
  if (named !== "" && named !== currency) reader.fault("currency", { wrong: "other-currency", currency });
  return details;
}

/** A line is imported only with its order; one without an order in the other file is wrong. */
function planOfLines(
  { file, lines }: LinesFile,
  statusByRef: ReadonlyMap<string, PlannedRow["status"]>,
): ListPlan {
  const faults = lines.flatMap((line) => {
    if (line.faults.length > 0) return line.faults;
    const column = file.recognised.columns.get("ref") ?? -1;
    const at = { file: file.name, row: line.row, column: file.table.header[column] ?? "", value: line.ref };
    const status = statusByRef.get(line.ref);
    if (status === undefined) return [{ ...at, fault: { wrong: "order-missing" } as const }];
    return status === "wrong" ? [{ ...at, fault: { wrong: "order-wrong" } as const }] : [];
  });
  const rows = lines.map(({ row, label, ref, line }): PlannedRow => {
    const status = line === undefined ? "wrong" : (statusByRef.get(ref) ?? "wrong");
    return { row, label, status, fields: [] };
  });
  return listPlan({
    list: "orderLines",
    file: file.name,
    rows,
    faults,
    unused: file.recognised.unused,
    commands: [],
  });
}

/** The customer as the order captures it; an order that is already here keeps the name that it captured. */
function readCustomer(
  reader: RowReader<"orders">,
  ref: string | undefined,
  known: KnownThings,
  imported: ReadonlyMap<string, ImportedCustomer>,
  codes: CustomerCodes,
): OrderCustomer | undefined {
  const code = reader.find("customer", short);
  if (code === undefined) return undefined;
  const id = findCustomerId(code, known, codes);
  if (id === undefined) {
    reader.fault("customer", { wrong: "unclear-customer" });
    return undefined;
  }
  const listed = imported.get(id);
  const captured = known.orders.get(importedId("order", ref ?? ""))?.customer;
  if (captured?.id === id) return captured;
  if (listed !== undefined) return { id, code: listed.code, name: listed.company };
  const here = known.customers.get(id);
  if (here !== undefined) return { id, code: here.code, name: here.company };
  reader.fault("customer", { wrong: "unknown-customer" });
  return undefined;
}

function readShipTo(reader: RowReader<"orders">): Address | null {
  const address = {
    name: reader.find("shipName", short) ?? "",
    street: reader.find("shipStreet", short) ?? "",
    city: reader.find("shipCity", short) ?? "",
    region: reader.find("shipRegion", short) ?? "",
    postalCode: reader.find("shipPostalCode", short) ?? "",
    country: reader.find("shipCountry", short) ?? "",
  };
  return Object.values(address).every((part) => part === "") ? null : address;
}
