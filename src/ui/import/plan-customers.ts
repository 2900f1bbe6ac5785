import { emptyAddress } from "../../domain/address.ts";
import { type CustomerFields, decideCustomer, noCustomer } from "../../domain/customer/customer.ts";
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
  const ids = idsByCode(known);
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
    const id = code === undefined ? "" : findCustomerId(code, known, ids);
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

/** The ids of the customers that are here, by their code as people compare codes. */
export function idsByCode(known: KnownThings): ReadonlyMap<string, string> {
  return new Map([...known.customers].map(([id, customer]) => [codeKey(customer.code), id]));
}

/**
 * The id of the customer with this code: the one that earlier imports derived from it, else that of a customer who
 * was entered by hand with the same code, else the derived one, so that two devices importing one list agree.
 */
export function findCustomerId(code: string, known: KnownThings, ids: ReadonlyMap<string, string>): string {
  const derived = importedId("customer", code);
  return known.customers.has(derived) ? derived : (ids.get(codeKey(code)) ?? derived);
}

/** A code as people compare it: "alfki" is "ALFKI". */
function codeKey(code: string): string {
  return code.normalize("NFC").trim().toUpperCase();
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
