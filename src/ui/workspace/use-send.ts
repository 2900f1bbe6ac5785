import { type CommandInput, type Handled, handleCommand } from "../../device/outbox/handle-command.ts";
import { useToasts } from "../design/Toasts.tsx";
import { handledWords } from "../words/handled-words.ts";
import { useDeviceHolder } from "./device-context.tsx";
import { useWorkspace } from "./workspace-context.tsx";

/** Whether a command's wish holds now: saved, or it held already. */
export function isDone(handled: Handled): boolean {
  return handled.outcome === "saved" || handled.outcome === "already";
}

/**
 * Sends commands to the device. What cannot be saved is told in words, at once and aloud; what is saved is told
 * where it is seen. The answer is handed back too, for forms that show it in place.
 */
export function useSend(): (input: CommandInput) => Promise<Handled> {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const holder = useDeviceHolder();
  return async (input) => {
    const handled = await handleCommand(workspace.device, input);
    if (handled.outcome === "not-saved" && handled.why === "storage") holder.lookAtStorage();
    if (!isDone(handled)) toasts.show({ text: handledWords(handled, workspace.format()), tone: "bad" });
    return handled;
  };
}
