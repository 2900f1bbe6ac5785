import { type CustomerFieldsV1, liftContact, liftContactChange } from "./customer/upcast-customer-contact.ts";
import type { Changes, FieldConflict } from "./field-changes.ts";
import type { KnownRejection } from "./kinds.ts";
import { liftCancelNote } from "./order/upcast-order-cancelled.ts";
import type { OrderLineInBps } from "./order/upcast-order-taxes.ts";
import { liftTaxChange, type ProductFieldsInBps } from "./product/upcast-product-tax.ts";
import { liftTax, ppmOfBps } from "./tax-in-bps.ts";
import {
  liftRates,
  liftRatesChange,
  type TaxRateInBps,
  type WorkspaceFieldsInBps,
} from "./workspace/upcast-tax-rates.ts";

/** A command as some build kept it: its shape is that of the build's `commandShapes`. */
export interface StoredCommand {
  readonly type: string;
  readonly data: unknown;
}

/**
 * Counts up when the shape of any command changes. Commands never travel, but wait in outboxes and lie in backup
 * files, which say by which of these they were written.
 */
export const commandShapes = 2;

type Data = never;

/** One step of a command's data from older shapes to the next, by `type@commandShapes` of the older ones. */
export const commandUpcasters: Readonly<Record<string, (data: Data) => unknown>> = {
  "add-line@1": (data: OrderLineInBps) => liftTax(data),
  "substitute-line@1": (data: { readonly lineId: string; readonly line: OrderLineInBps }) => ({
    ...data,
    line: liftTax(data.line),
  }),
  "import-order@1": (data: { readonly lines: readonly OrderLineInBps[] }) => ({
    ...data,
    lines: data.lines.map(liftTax),
  }),
  "cancel-order@1": (data: { readonly reason: string }) => liftCancelNote(data),
  "add-customer@1": (data: CustomerFieldsV1) => liftContact(data),
  "change-customer@1": (data: { readonly changes: Changes<CustomerFieldsV1> }) => ({
    ...data,
    changes: liftContactChange(data.changes),
  }),
  "import-customer@1": (data: { readonly fields: Partial<CustomerFieldsV1> }) => {
    const { contact, ...fields } = data.fields;
    return { ...data, fields: contact === undefined ? fields : { ...fields, contactName: contact } };
  },
  "add-product@1": (data: ProductFieldsInBps) => liftTax(data),
  "change-product@1": (data: { readonly changes: Changes<ProductFieldsInBps> }) => ({
    ...data,
    changes: liftTaxChange(data.changes),
  }),
  "import-product@1": (data: { readonly fields: Partial<ProductFieldsInBps> }) => {
    const { taxBps, ...fields } = data.fields;
    return { ...data, fields: taxBps === undefined ? fields : { ...fields, taxPpm: ppmOfBps(taxBps) } };
  },
  "set-up-workspace@1": (data: WorkspaceFieldsInBps) => ({ ...data, taxRates: liftRates(data.taxRates) }),
  "change-settings@1": (data: { readonly changes: Changes<WorkspaceFieldsInBps> }) => ({
    ...data,
    changes: liftRatesChange(data.changes),
  }),
};

/** A kept command in later shapes, this build's where nothing else is said. What has no step is the same in both. */
export function liftCommand<Command extends StoredCommand>(
  command: Command,
  from: number,
  to = commandShapes,
): Command {
  let data = command.data;
  for (let shapes = from; shapes < to; shapes += 1) {
    const step = commandUpcasters[`${command.type}@${shapes}`] as ((data: unknown) => unknown) | undefined;
    if (step !== undefined) data = step(data);
  }
  return { ...command, data };
}

/**
 * Why a kept command was parked, one step on: with the fields and values of the next shapes, so that a person chooses
 * between what they see. It is decided again as soon as its stream is touched.
 */
export function liftRejection(rejection: KnownRejection, from: number): KnownRejection {
  if (from !== 1 || !("conflicts" in rejection)) return rejection;
  return { ...rejection, conflicts: rejection.conflicts.map(liftConflict) };
}

function liftConflict(conflict: FieldConflict): FieldConflict {
  const { before, yours, theirs } = conflict;
  const inPpm = (value: unknown) => ppmOfBps(value as number);
  const inRates = (value: unknown) => liftRates(value as readonly TaxRateInBps[]);
  switch (conflict.field) {
    case "taxBps":
      return { field: "taxPpm", before: inPpm(before), yours: inPpm(yours), theirs: inPpm(theirs) };
    case "taxRates":
      return { ...conflict, before: inRates(before), yours: inRates(yours), theirs: inRates(theirs) };
    case "contact":
      return { ...conflict, field: "contactName" };
    default:
      return conflict;
  }
}
