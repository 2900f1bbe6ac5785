import type { EventOf } from "../event.ts";
import type { Changes } from "../field-changes.ts";
import type { CustomerAdded, CustomerChanged, CustomerFields } from "./customer.ts";

/** A customer whose contact is one text: a name, perhaps with what they are, in whatever order somebody wrote it. */
export type CustomerFieldsV1 = Omit<CustomerFields, "contactName" | "contactTitle"> & {
  readonly contact: string;
};

/** As first written. */
export type CustomerAddedV1 = EventOf<"customer-added", 1, CustomerFieldsV1>;
export type CustomerChangedV1 = EventOf<
  "customer-changed",
  1,
  { readonly changes: Changes<CustomerFieldsV1> }
>;

/** A customer whose contact's name and title are told apart. */
export function upcastCustomerAddedV1({ data }: CustomerAddedV1): CustomerAdded {
  return { type: "customer-added", schemaVersion: 2, data: liftContact(data) };
}

/** A change of the contact becomes one of both its parts. */
export function upcastCustomerChangedV1({ data }: CustomerChangedV1): CustomerChanged {
  const changes = liftContactChange(data.changes);
  return { type: "customer-changed", schemaVersion: 2, data: { ...data, changes } };
}

/** What of the text is a title cannot be told, so all of it stays the name: nothing is guessed, nothing is lost. */
export function liftContact<Customer extends { readonly contact: string }>({ contact, ...rest }: Customer) {
  return { ...rest, contactName: contact, contactTitle: "" };
}

/**
 * Whoever changed the contact saw the whole of it, and no title. So the change says of the title too that it was empty
 * and stays so: where somebody has given one meanwhile, the two meet as a conflict, and the title of the former contact
 * never ends up beside the name of the next.
 */
export function liftContactChange(changes: Changes<CustomerFieldsV1>): Changes<CustomerFields> {
  const { contact: change, ...others } = changes;
  if (change === undefined) return others;
  return { ...others, contactName: change, contactTitle: { from: "", to: "" } };
}
