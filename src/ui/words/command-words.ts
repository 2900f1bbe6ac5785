import type { KnownCommand } from "../../domain/kinds.ts";
import { unreachable } from "../../domain/unreachable.ts";
import { fieldName, fieldValue } from "./field-words.ts";
import type { Format } from "./format.ts";

/** What a command wants, in the user's words. `names` are those of the order's lines, by id. */
export function commandWords(
  command: KnownCommand,
  names: ReadonlyMap<string, string>,
  format: Format,
): string {
  const name = (lineId: string) => names.get(lineId) ?? "a line";
  const changes = (fields: object) =>
    Object.entries(fields as Readonly<Record<string, { readonly to: unknown }>>)
      .map(([field, { to }]) => `Set ${fieldName(field)} to ${fieldValue(field, to, format)}`)
      .join(". ");
  switch (command.type) {
    case "start-order":
      return `Start order ${command.data.number}`;
    case "add-line":
      return `Add ${format.number(command.data.quantity)} × ${command.data.name}`;
    case "add-quantity":
      return command.data.by >= 0
        ? `Add ${format.number(command.data.by)} to ${name(command.data.lineId)}`
        : `Take ${format.number(-command.data.by)} off ${name(command.data.lineId)}`;
    case "set-quantity":
      return `Change ${name(command.data.lineId)} from ${format.number(command.data.from)} to ${format.number(command.data.to)}`;
    case "set-line-discount":
      return `Change the discount on ${name(command.data.lineId)} from ${format.percent(command.data.from)} to ${format.percent(command.data.to)}`;
    case "set-line-note":
      return `Change the note on ${name(command.data.lineId)} to ${fieldValue("note", command.data.to, format)}`;
    case "remove-line":
      return `Take ${name(command.data.lineId)} off the order`;
    case "substitute-line":
      return `Take ${format.number(command.data.line.quantity)} × ${command.data.line.name} instead of ${name(command.data.lineId)}`;
    case "back-order-line":
      return `Keep waiting for ${format.number(command.data.quantity)} of ${name(command.data.lineId)}`;
    case "change-order-details":
    case "change-customer":
    case "change-product":
    case "change-settings":
      return changes(command.data.changes);
    case "place-order":
      return "Place the order";
    case "ship-order":
      return `Mark as shipped on ${format.day(command.data.shippedOn)}`;
    case "cancel-order":
      return `Cancel the order: “${command.data.note}”`;
    case "renumber-order":
      return `Change the number from ${command.data.from} to ${command.data.to}: another order already has ${command.data.from}`;
    case "import-order":
      return `Import order ${command.data.externalRef}`;
    case "add-customer":
      return `Add customer ${command.data.company}`;
    case "import-customer":
      return `Import customer ${command.data.fields.company}`;
    case "add-product":
      return `Add product ${command.data.name}`;
    case "import-product":
      return `Import product ${command.data.fields.name}`;
    case "open-stock":
      return `Begin stock of ${command.data.sku} with ${format.number(command.data.quantity)}`;
    case "count-stock":
      return `Count stock of ${command.data.sku}: ${format.number(command.data.quantity)}`;
    case "receive-stock":
      return `Receive ${format.number(command.data.quantity)} of ${command.data.sku}`;
    case "set-up-workspace":
      return `Set up ${command.data.name}`;
    default:
      return unreachable(command);
  }
}
