import type { Address } from "../address.ts";
import { already, type Decision, recordIfAccepted, reject } from "../decision.ts";
import type { CommandOf, EventOf, Happened } from "../event.ts";
import {
  applyChanges,
  type Changes,
  changeConflicts,
  changesTowards,
  type FieldConflict,
  openChanges,
} from "../field-changes.ts";
import { unreachable } from "../unreachable.ts";

/** Whom orders are for. `code` is the business's own short key for them; `archived` hides without deleting. */
export interface CustomerFields {
  readonly code: string;
  readonly company: string;
  /** The contact person and their title: "Orla Byrne", "Owner". */
  readonly contactName: string;
  readonly contactTitle: string;
  readonly email: string;
  readonly phone: string;
  readonly note: string;
  readonly address: Address;
  /** Where orders go when that is not the address above. */
  readonly shipTo: Address | null;
  readonly archived: boolean;
}

/** The names of the fields above. */
export const customerFields = [
  "code",
  "company",
  "contactName",
  "contactTitle",
  "email",
  "phone",
  "note",
  "address",
  "shipTo",
  "archived",
] as const satisfies readonly (keyof CustomerFields)[];

export type AddCustomer = CommandOf<"add-customer", CustomerFields>;
export type ChangeCustomer = CommandOf<"change-customer", { readonly changes: Changes<CustomerFields> }>;
/** Adds the customer, or brings those fields up to date in which the list differs. */
export type ImportCustomer = CommandOf<
  "import-customer",
  { readonly fields: Partial<CustomerFields> & CustomerKey }
>;
export type CustomerCommand = AddCustomer | ChangeCustomer | ImportCustomer;

interface CustomerKey {
  readonly code: string;
  readonly company: string;
}

export type CustomerAdded = EventOf<"customer-added", 2, CustomerFields>;
export type CustomerChanged = EventOf<"customer-changed", 2, { readonly changes: Changes<CustomerFields> }>;
export type CustomerEvent = CustomerAdded | CustomerChanged;

export interface NoCustomer {
  readonly status: "none";
}
export interface KnownCustomer extends CustomerFields {
  readonly status: "known";
}
export type CustomerState = NoCustomer | KnownCustomer;

export type CustomerRejection =
  | { readonly reason: "customer-exists" }
  | { readonly reason: "customer-not-found" }
  | { readonly reason: "customer-changed-meanwhile"; readonly conflicts: readonly FieldConflict[] };

/** A customer before its first event. */
export const noCustomer: NoCustomer = { status: "none" };

/** The fields of a customer of whom only the key is known. */
export function blankCustomer(key: CustomerKey): CustomerFields {
  const address = { name: "", street: "", city: "", region: "", postalCode: "", country: "" };
  const contact = { contactName: "", contactTitle: "", email: "", phone: "" };
  return { ...contact, note: "", address, shipTo: null, archived: false, ...key };
}

/** From what somebody wants of a customer to the facts that follow, or why none do. */
export function decideCustomer(
  command: CustomerCommand,
  customer: CustomerState,
): Decision<CustomerEvent, CustomerRejection> {
  switch (command.type) {
    case "add-customer":
      return fact({ type: "customer-added", schemaVersion: 2, data: command.data }, customer);
    case "change-customer": {
      if (customer.status === "none") return reject({ reason: "customer-not-found" });
      const changes = openChanges<CustomerFields>(customer, command.data.changes);
      if (changes === undefined) return already;
      return fact({ type: "customer-changed", schemaVersion: 2, data: { changes } }, customer);
    }
    case "import-customer": {
      const { fields } = command.data;
      if (customer.status === "none") {
        const data = { ...blankCustomer(fields), ...fields };
        return fact({ type: "customer-added", schemaVersion: 2, data }, customer);
      }
      const changes = changesTowards<CustomerFields>(customer, fields, customerFields);
      if (changes === undefined) return already;
      return fact({ type: "customer-changed", schemaVersion: 2, data: { changes } }, customer);
    }
    default:
      return unreachable(command);
  }
}

function fact(event: CustomerEvent, customer: CustomerState): Decision<CustomerEvent, CustomerRejection> {
  return recordIfAccepted(acceptsCustomer, event, customer);
}

/** May this fact follow this state? */
export function acceptsCustomer(
  event: CustomerEvent,
  customer: CustomerState,
): CustomerRejection | undefined {
  switch (event.type) {
    case "customer-added":
      return customer.status === "none" ? undefined : { reason: "customer-exists" };
    case "customer-changed": {
      if (customer.status === "none") return { reason: "customer-not-found" };
      const conflicts = changeConflicts<CustomerFields>(customer, event.data.changes);
      return conflicts.length === 0 ? undefined : { reason: "customer-changed-meanwhile", conflicts };
    }
    default:
      return unreachable(event);
  }
}

/** The customer after one more event. Never throws: an event that does not fit changes nothing. */
export function evolveCustomer(customer: CustomerState, event: Happened<CustomerEvent>): CustomerState {
  switch (event.type) {
    case "customer-added":
      return customer.status === "none" ? { ...event.data, status: "known" } : customer;
    case "customer-changed":
      return customer.status === "none"
        ? customer
        : applyChanges(customer, event.data.changes, customerFields);
    default:
      return customer;
  }
}
