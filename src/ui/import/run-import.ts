import { commandsPerChange } from "../../device/outbox/change-outbox.ts";
import type { CommandInput, Handled } from "../../device/outbox/handle-command.ts";
import type { PlannedCommand } from "./import-plan.ts";

/** How far an import has come. `failed` commands were refused by a rule or a limit; they stopped no other. */
export interface ImportProgress {
  readonly total: number;
  readonly done: number;
  readonly saved: number;
  readonly already: number;
  readonly failed: readonly FailedCommand[];
}

export interface FailedCommand {
  readonly command: PlannedCommand;
  readonly handled: Exclude<Handled, { outcome: "saved" | "already" }>;
}

/** How an import ended. Whatever was saved stays saved; running the same files again does only the rest. */
export interface ImportResult extends ImportProgress {
  readonly end: "done" | "stopped" | "quota" | "storage" | "read-only" | "moved";
}

interface RunPorts {
  /** Saves up to `commandsPerChange` commands in one transaction, with an outcome for each. */
  readonly save: (inputs: readonly CommandInput[]) => Promise<readonly Handled[]>;
  /** Told after each batch; awaited, so that the page draws and can stop the import. */
  readonly onProgress: (progress: ImportProgress) => Promise<void>;
  readonly stopped: () => boolean;
}

/** Sends the commands of a plan in batches, in order, one batch at a time. Ends early when the device cannot save. */
export async function runImport(commands: readonly PlannedCommand[], ports: RunPorts): Promise<ImportResult> {
  let progress: ImportProgress = { total: commands.length, done: 0, saved: 0, already: 0, failed: [] };
  while (progress.done < commands.length) {
    if (ports.stopped()) return { ...progress, end: "stopped" };
    const batch = commands.slice(progress.done, progress.done + commandsPerChange);
    const handled = await ports.save(batch);
    const broken = handled.find((one) => one.outcome === "not-saved" && one.why !== "read-only");
    if (broken?.outcome === "not-saved") return { ...progress, end: broken.why };
    progress = afterBatch(progress, batch, handled);
    await ports.onProgress(progress);
  }
  return { ...progress, end: "done" };
}

function afterBatch(
  before: ImportProgress,
  batch: readonly PlannedCommand[],
  handled: readonly Handled[],
): ImportProgress {
  const failed = batch.flatMap((command, index): FailedCommand[] => {
    const one = handled[index];
    return one === undefined || one.outcome === "saved" || one.outcome === "already"
      ? []
      : [{ command, handled: one }];
  });
  const count = (outcome: Handled["outcome"]) => handled.filter((one) => one.outcome === outcome).length;
  return {
    total: before.total,
    done: before.done + batch.length,
    saved: before.saved + count("saved"),
    already: before.already + count("already"),
    failed: [...before.failed, ...failed],
  };
}
