import { commandsPerChange } from "../../device/outbox/change-outbox.ts";
import { type CommandInput, type Handled, handleCommands } from "../../device/outbox/handle-command.ts";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { handledWords } from "../words/handled-words.ts";
import { isDone, useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";

/**
 * Sends a command and says so when it is done, with a way back where there is one. Answers the outcome.
 */
export function useSave(): (
  input: CommandInput,
  said: string,
  undo?: { readonly label: string; readonly input: CommandInput; readonly said: string },
) => Promise<Handled> {
  const send = useSend();
  const toasts = useToasts();
  const save: ReturnType<typeof useSave> = async (input, said, undo) => {
    const handled = await send(input);
    if (!isDone(handled)) return handled;
    const takeBack = undo && (() => act(save(undo.input, undo.said)));
    toasts.show(
      takeBack === undefined
        ? { text: said }
        : { text: said, action: { label: undo?.label ?? "", run: takeBack } },
    );
    return handled;
  };
  return save;
}

/** Sends many commands in batches; the first that is not done is told in words. Answers how many are done. */
export function useSaveAll(): (inputs: readonly CommandInput[]) => Promise<number> {
  const workspace = useWorkspace();
  const toasts = useToasts();
  return async (inputs) => {
    let done = 0;
    for (let start = 0; start < inputs.length; start += commandsPerChange) {
      const handled = await handleCommands(workspace.device, inputs.slice(start, start + commandsPerChange));
      done += handled.filter(isDone).length;
      const failed = handled.find((one) => !isDone(one));
      if (failed !== undefined) toasts.show({ text: handledWords(failed, workspace.format()), tone: "bad" });
      if (failed?.outcome === "not-saved") break;
    }
    return done;
  };
}
