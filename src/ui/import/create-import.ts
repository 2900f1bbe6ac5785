import { type Accessor, createSignal, onCleanup } from "solid-js";
import { handleCommands } from "../../device/outbox/handle-command.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { findKnown } from "./find-known.ts";
import { type ListName, listNames, stockListNames } from "./list-columns.ts";
import { type ImportPlan, orderIdsOf, planImport } from "./plan-import.ts";
import { stockStreamsOf } from "./plan-stock.ts";
import { type ChosenFile, onlyAllowed, type ReadFile, readFiles } from "./read-files.ts";
import { type ImportProgress, type ImportResult, runImport } from "./run-import.ts";

/** Where the import screen is. */
export type ImportStage =
  | { readonly stage: "choosing" }
  | { readonly stage: "reading" }
  | { readonly stage: "checking" }
  | { readonly stage: "preview"; readonly files: readonly ReadFile[]; readonly plan: ImportPlan }
  | {
      readonly stage: "running";
      readonly plan: ImportPlan;
      readonly progress: ImportProgress;
      readonly stopping: boolean;
    }
  | { readonly stage: "done"; readonly plan: ImportPlan; readonly result: ImportResult }
  | { readonly stage: "failed"; readonly reason: unknown };

/** An import in its stages; leaving the screen stops it after the batch that is being saved. */
export interface Import {
  readonly stage: Accessor<ImportStage>;
  readonly choose: (files: readonly ChosenFile[]) => void;
  readonly start: () => void;
  readonly stop: () => void;
  readonly reset: () => void;
}

/** Lets the page draw and answer taps between two slices of work. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve));

/** The lists that this device's role may import; none where it may write nothing of them. */
export function useAllowedLists(): Accessor<readonly ListName[]> {
  const { may } = useWorkspace();
  return () => {
    if (may("order-imported") && may("product-added")) return listNames;
    return may("stock-counted") && may("stock-received") ? stockListNames : [];
  };
}

/** An import of CSV files into this device's workspace. */
export function createImport(): Import {
  const workspace = useWorkspace();
  const allowed = useAllowedLists();
  const [stage, setStage] = createSignal<ImportStage>({ stage: "choosing" });
  let stopped = false;
  let left = false;
  onCleanup(() => {
    left = true;
    stopped = true;
  });
  const show = (next: ImportStage) => !left && setStage(next);
  const orShow = (work: Promise<void>) => work.catch((reason: unknown) => show({ stage: "failed", reason }));

  const read = async (chosen: readonly ChosenFile[]) => {
    const settings = workspace.settings();
    if (settings === undefined || chosen.length === 0) return;
    show({ stage: "reading" });
    const files = onlyAllowed(await readFiles(chosen, breathe), allowed());
    show({ stage: "checking" });
    const known = await findKnown(
      workspace.device.db,
      settings,
      orderIdsOf(files),
      stockStreamsOf(files),
      breathe,
    );
    const plan = await planImport(files, known, breathe);
    show({ stage: "preview", files, plan });
  };

  const run = async (plan: ImportPlan) => {
    stopped = false;
    const progress = { total: plan.commands.length, done: 0, saved: 0, already: 0, failed: [] };
    show({ stage: "running", plan, progress, stopping: false });
    const result = await runImport(plan.commands, {
      save: (inputs) => handleCommands(workspace.device, inputs),
      onProgress: async (next) => {
        show({ stage: "running", plan, progress: next, stopping: stopped });
        await breathe();
      },
      stopped: () => stopped,
    });
    show({ stage: "done", plan, result });
  };

  return {
    stage,
    choose: (files) => void orShow(read(files)),
    start: () => {
      const current = stage();
      if (current.stage === "preview") void orShow(run(current.plan));
    },
    stop: () => {
      stopped = true;
      const current = stage();
      if (current.stage === "running") setStage({ ...current, stopping: true });
    },
    reset: () => setStage({ stage: "choosing" }),
  };
}
