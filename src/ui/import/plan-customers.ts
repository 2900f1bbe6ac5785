import { groupBy } from "../../device/storage/group-by.ts";
import { emptyAddress } from "../../domain/address.ts";
import { type CustomerFields, decideCustomer, noCustomer } from "../../domain/customer/customer.ts";
import { customerCodeKey } from "../../domain/customer/customer-code.ts";
import { customerStream } from "../../domain/stream-key.ts";
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
import { parseText, parseYesNo } from "./parse-cell.ts";
import { type Breathe, defined, type ListFile, type RowReader, readRows } from "./read-rows.ts";

/** A customer as orders of the same import refer to it. */
export interface ImportedCustomer {
  readonly id: string;
  readonly code: string;
  readonly company: string;
}

const short = (text: string) => parseText(text, limits.shortText);
const long = (text: string) => parseText(text, limits.longText);

/** Plans a customer list. `byCode` holds the customers of the file that will go in or are there already. */
export async function planCustomers(
  file: ListFile<"customers">,
  known: KnownThings,
  breathe: Breathe,
): Promise<{ readonly plan: ListPlan; readonly byCode: ReadonlyMap<string, ImportedCustomer> }> {
  const codes = customerCodes(known);
  const rowOf = new Map<string, number>();
  const byCode = new Map<string, ImportedCustomer>();
  const firstRows = new Map<string, number>();
  const faults: RowFault[] = [];
  const commands: PlannedCommand[] = [];
  const rows = await readRows(file, breathe, (reader): PlannedRow => {
    const code = reader.need("code", short);
    const company = reader.need("company", short);
    const firstRow = code === undefined ? undefined : firstRows.get(code);
    if (firstRow !== undefined) reader.fault("code", { wrong: "duplicate", firstRow });
    if (code !== undefined) firstRows.set(code, firstRow ?? reader.row);
    const label = company ?? code ?? "";
    const id = code === undefined ? "" : (findCustomerId(code, known, codes) ?? "");
    if (code !== undefined && id === "") reader.fault("code", { wrong: "unclear-customer" });
    // Two codes that differ by case alone may mean one customer who is here.
    const taken = id === "" || firstRow !== undefined ? undefined : rowOf.get(id);
    if (taken !== undefined) reader.fault("code", { wrong: "duplicate", firstRow: taken });
    else if (id !== "" && firstRow === undefined) rowOf.set(id, reader.row);
    const customer = known.customers.get(id) ?? noCustomer;
    const given = fieldsOf(reader, customer.status === "none" ? emptyAddress : customer.address);
    if (code === undefined || company === undefined || reader.faults.length > 0) {
      faults.push(...reader.faults);
      return { row: reader.row, label, status: "wrong", fields: [] };
    }
    const command = { type: "import-customer", data: { fields: { ...given, code, company } } } as const;
    const decision = decideCustomer(command, customer);
    byCode.set(code, { id, code, company });
    if (decision.outcome !== "events") return { row: reader.row, label, status: "same", fields: [] };
    commands.push({ stream: customerStream(id), command });
    const [event] = decision.events;
    if (event.type === "customer-added") return { row: reader.row, label, status: "new", fields: [] };
    return { row: reader.row, label, status: "changed", fields: Object.keys(event.data.changes) };
  });
  const { unused } = file.recognised;
  return { plan: listPlan({ list: "customers", file: file.name, rows, faults, unused, commands }), byCode };
}

/** The ids of customers by their code: as it is written, and as people compare codes. */
export interface CustomerCodes {
  readonly exact: ReadonlyMap<string, readonly string[]>;
  readonly alike: ReadonlyMap<string, readonly string[]>;
}

/** Makes the codes of those that are here and of those that a file brings. */
export function customerCodes(known: KnownThings, imported: Iterable<ImportedCustomer> = []): CustomerCodes {
  const here = [...known.customers].map(([id, { code }]) => ({ id, code }));
  const all = [...here, ...imported].filter(({ code }) => code !== "");
  const by = (keyOf: (code: string) => string) =>
    new Map(
      [...groupBy(all, ({ code }) => keyOf(code))].map(([key, some]) => [
        key,
        [...new Set(some.map(({ id }) => id))],
      ]),
    );
  return { exact: by(exactKey), alike: by(customerCodeKey) };
}

/**
 * The id of the customer with this code: who has it exactly; else the one that earlier imports derived from it; else
 * who has it but for the case; else the derived one, so that two devices importing one list agree. Undefined where
 * several customers have it: which of them is meant nobody can know.
 */
export function findCustomerId(code: string, known: KnownThings, codes: CustomerCodes): string | undefined {
  const derived = importedId("customer", code);
  const exact = codes.exact.get(exactKey(code)) ?? [];
  if (exact.includes(derived)) return derived;
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  if (known.customers.has(derived)) return derived;
  const alike = codes.alike.get(customerCodeKey(code)) ?? [derived];
  return alike.length === 1 ? alike[0] : undefined;
}

function exactKey(code: string): string {
  return code.normalize("NFC").trim();
}

function fieldsOf(
  reader: RowReader<"customers">,
  address: CustomerFields["address"],
): Partial<CustomerFields> {
  const parts = defined({
    street: reader.find("street", short),
    city: reader.find("city", short),
    region: reader.find("region", short),
    postalCode: reader.find("postalCode", short),
    country: reader.find("country", short),
  });
  return defined({
    contactName: reader.find("contactName", short),
    contactTitle: reader.find("contactTitle", short),
    email: reader.find("email", short),
    phone: reader.find("phone", short),
    note: reader.find("note", long),
    archived: reader.find("archived", parseYesNo),
    address: Object.keys(parts).length === 0 ? undefined : { ...address, ...parts },
  });
}
