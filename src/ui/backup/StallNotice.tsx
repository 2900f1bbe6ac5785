import { For, Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { Notice } from "../design/Notice.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { backupWords, stallWords as words } from "./backup-words.ts";
import { saveSupport } from "./save-copy.ts";

/** Work that is not sent: for how long, what was tried, and what a person can do. */
export function StallNotice() {
  const workspace = useWorkspace();
  const holder = useDeviceHolder();
  const toasts = useToasts();
  const tryNow = () => {
    holder.tryNow();
    toasts.show({ text: words.trying });
  };
  return (
    <Show when={holder.stall()}>
      {(stall) => (
        <Notice
          tone="bad"
          title={words.title(workspace.format().number(Math.floor(stall().stalledMs / 60_000)))}
        >
          <p>{words.text}</p>
          <ul>
            <For each={stall().tried}>{(remedy) => <li>{words.tried[remedy]}</li>}</For>
          </ul>
          <p>{words.whatNow}</p>
          <div class="row">
            <Button variant="primary" onClick={tryNow}>
              {words.tryNow}
            </Button>
            <Button onClick={() => act(saveSupport(workspace, stall()))}>{backupWords.support}</Button>
          </div>
        </Notice>
      )}
    </Show>
  );
}
