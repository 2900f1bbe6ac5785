import type { Handled } from "../../device/outbox/handle-command.ts";
import type { FieldConflict } from "../../domain/field-changes.ts";

/** The fields in which somebody else was first, as they are told when a command is rejected; none where it was not. */
export function conflictsIn(handled: Handled): readonly FieldConflict[] {
  if (handled.outcome !== "rejected") return [];
  const { rejection } = handled;
  if ("conflicts" in rejection) return rejection.conflicts;
  return "conflict" in rejection ? [rejection.conflict] : [];
}
