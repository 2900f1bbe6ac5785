import { already, type Decision, recordIfAccepted, reject } from "../decision.ts";
import type { CommandOf, EventOf, Happened } from "../event.ts";
import {
  applyChanges,
  type Changes,
  changeConflicts,
  type FieldConflict,
  openChanges,
} from "../field-changes.ts";
import type { PartsPerMillion } from "../money.ts";
import type { TaxMode } from "../totals.ts";
import { unreachable } from "../unreachable.ts";

/** A tax rate that products may name, such as "standard", 190000. */
export interface TaxRate {
  readonly name: string;
  readonly ppm: PartsPerMillion;
}

/**
 * The settings of a business. `currency` is ISO 4217 and fixed once set, `locale` BCP 47, `timeZone` an IANA name:
 * "per day" means days of that zone on every device.
 */
export interface WorkspaceFields {
  readonly name: string;
  readonly currency: string;
  readonly taxMode: TaxMode;
  readonly taxRates: readonly TaxRate[];
  readonly locale: string;
  readonly timeZone: string;
}

/** The names of the fields above. */
const workspaceFields = [
  "name",
  "currency",
  "taxMode",
  "taxRates",
  "locale",
  "timeZone",
] as const satisfies readonly (keyof WorkspaceFields)[];

export type SetUpWorkspace = CommandOf<"set-up-workspace", WorkspaceFields>;
export type ChangeSettings = CommandOf<"change-settings", { readonly changes: Changes<WorkspaceFields> }>;
export type WorkspaceCommand = SetUpWorkspace | ChangeSettings;

export type WorkspaceSetUp = EventOf<"workspace-set-up", 2, WorkspaceFields>;
export type SettingsChanged = EventOf<"settings-changed", 2, { readonly changes: Changes<WorkspaceFields> }>;
export type WorkspaceEvent = WorkspaceSetUp | SettingsChanged;

export interface NoWorkspace {
  readonly status: "none";
}
export interface KnownWorkspace extends WorkspaceFields {
  readonly status: "known";
}
export type WorkspaceState = NoWorkspace | KnownWorkspace;

export type WorkspaceRejection =
  | { readonly reason: "workspace-exists" }
  | { readonly reason: "workspace-not-found" }
  | { readonly reason: "currency-fixed"; readonly currency: string }
  | { readonly reason: "settings-changed-meanwhile"; readonly conflicts: readonly FieldConflict[] };

/** A workspace before its first event. */
export const noWorkspace: NoWorkspace = { status: "none" };

/** From what somebody wants of the settings to the facts that follow, or why none do. */
export function decideWorkspace(
  command: WorkspaceCommand,
  workspace: WorkspaceState,
): Decision<WorkspaceEvent, WorkspaceRejection> {
  switch (command.type) {
    case "set-up-workspace":
      return fact({ type: "workspace-set-up", schemaVersion: 2, data: command.data }, workspace);
    case "change-settings": {
      if (workspace.status === "none") return reject({ reason: "workspace-not-found" });
      const changes = openChanges<WorkspaceFields>(workspace, command.data.changes);
      if (changes === undefined) return already;
      return fact({ type: "settings-changed", schemaVersion: 2, data: { changes } }, workspace);
    }
    default:
      return unreachable(command);
  }
}

function fact(
  event: WorkspaceEvent,
  workspace: WorkspaceState,
): Decision<WorkspaceEvent, WorkspaceRejection> {
  return recordIfAccepted(acceptsWorkspace, event, workspace);
}

/** May this fact follow this state? */
export function acceptsWorkspace(
  event: WorkspaceEvent,
  workspace: WorkspaceState,
): WorkspaceRejection | undefined {
  switch (event.type) {
    case "workspace-set-up":
      return workspace.status === "none" ? undefined : { reason: "workspace-exists" };
    case "settings-changed": {
      if (workspace.status === "none") return { reason: "workspace-not-found" };
      if (event.data.changes.currency !== undefined) {
        return { reason: "currency-fixed", currency: workspace.currency };
      }
      const conflicts = changeConflicts<WorkspaceFields>(workspace, event.data.changes);
      return conflicts.length === 0 ? undefined : { reason: "settings-changed-meanwhile", conflicts };
    }
    default:
      return unreachable(event);
  }
}

/** The settings after one more event. Never throws: an event that does not fit changes nothing. */
export function evolveWorkspace(workspace: WorkspaceState, event: Happened<WorkspaceEvent>): WorkspaceState {
  switch (event.type) {
    case "workspace-set-up":
      return workspace.status === "none" ? { ...event.data, status: "known" } : workspace;
    case "settings-changed":
      return workspace.status === "none"
        ? workspace
        : applyChanges(workspace, event.data.changes, workspaceFields);
    default:
      return workspace;
  }
}
