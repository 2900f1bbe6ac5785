import type { Change, FieldConflict } from "../../domain/field-changes.ts";
import type { KnownCommand, KnownRejection } from "../../domain/kinds.ts";

/** The values that two people gave the same field, where that is why a command is parked. */
export function conflictsOf(rejection: KnownRejection): readonly FieldConflict[] {
  switch (rejection.reason) {
    case "line-changed-meanwhile":
      return [rejection.conflict];
    case "details-changed-meanwhile":
    case "customer-changed-meanwhile":
    case "product-changed-meanwhile":
    case "settings-changed-meanwhile":
      return rejection.conflicts;
    default:
      return [];
  }
}

/**
 * The command that makes one's own values hold anyway: the wish of the parked one, from the values that are there now.
 * Undefined where the command does not change values that can be held against each other.
 */
export function keepMine(command: KnownCommand, rejection: KnownRejection): KnownCommand | undefined {
  const conflicts = conflictsOf(rejection);
  const [first] = conflicts;
  if (first === undefined) return undefined;
  switch (command.type) {
    case "set-quantity":
      return typeof first.theirs === "number"
        ? { ...command, data: { ...command.data, from: first.theirs } }
        : undefined;
    case "set-line-discount":
      return typeof first.theirs === "number"
        ? { ...command, data: { ...command.data, from: first.theirs } }
        : undefined;
    case "set-line-note":
      return typeof first.theirs === "string"
        ? { ...command, data: { ...command.data, from: first.theirs } }
        : undefined;
    case "change-order-details":
    case "change-customer":
    case "change-product":
    case "change-settings":
      return { ...command, data: { changes: fromTheirs(command.data.changes, conflicts) } } as KnownCommand;
    default:
      return undefined;
  }
}

/**
 * What is left of the command when the others' values stay: the fields that nobody else has touched. Undefined where
 * nothing is left, and the command is simply taken back.
 */
export function keepTheirs(command: KnownCommand, rejection: KnownRejection): KnownCommand | undefined {
  switch (command.type) {
    case "change-order-details":
    case "change-customer":
    case "change-product":
    case "change-settings": {
      const given = new Set<string>(conflictsOf(rejection).map(({ field }) => field));
      const left = Object.entries(command.data.changes).filter(([field]) => !given.has(field));
      if (given.size === 0 || left.length === 0) return undefined;
      return { ...command, data: { changes: Object.fromEntries(left) } } as KnownCommand;
    }
    default:
      return undefined;
  }
}

function fromTheirs(changes: object, conflicts: readonly FieldConflict[]): Record<string, Change<unknown>> {
  const theirs = new Map(conflicts.map(({ field, theirs: value }) => [field, value]));
  const entries = Object.entries(changes) as [string, Change<unknown>][];
  return Object.fromEntries(
    entries.map(([field, change]) => [
      field,
      theirs.has(field) ? { from: theirs.get(field), to: change.to } : change,
    ]),
  );
}
