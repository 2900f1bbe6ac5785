import { For, Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { CopyButton } from "../design/CopyText.tsx";
import { IconWarning } from "../design/icons.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { scanWords as words } from "./scan-words.ts";
import "./scan.css";
import { useScanNotes } from "./scan-notes.tsx";

/** What was scanned and is not known, or could not be decided: read aloud, to be copied, until it was dealt with. */
export function ScanNotesList(props: { readonly place: string }) {
  const workspace = useWorkspace();
  const notes = useScanNotes();
  return (
    <div class="scan-notes" role="alert" aria-label={words.notes}>
      <For each={notes.of(props.place)}>
        {(note) => (
          <div class="notice scan-note" data-tone="bad">
            <IconWarning />
            <p class="scan-note-text">
              <code>{note.code}</code> {words.why[note.kind]}
              <Show when={note.count > 1}>
                <span class="soft"> · {words.times(workspace.format().number(note.count))}</span>
              </Show>
            </p>
            <div class="scan-note-acts">
              <CopyButton label={note.code} text={note.code} />
              <Button
                variant="quiet"
                aria-label={words.doneWith(note.code)}
                onClick={() => notes.dismiss(note.id)}
              >
                {words.done}
              </Button>
            </div>
          </div>
        )}
      </For>
    </div>
  );
}
