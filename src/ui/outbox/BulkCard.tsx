import { Show } from "solid-js";
import { discardCommands, sendAllAgain, undoDiscards } from "../../device/outbox/resolve-many.ts";
import { Button } from "../design/Button.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { handledWords } from "../words/handled-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { Bulk } from "./bulk.ts";
import { useDecisions } from "./decisions.tsx";
import { whyWords, outboxWords as words } from "./outbox-words.ts";

/** Many commands that wait for one reason, answered by one tap. */
export function BulkCard(props: { readonly bulk: Bulk }) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const { busy, run } = useDecisions();
  const shown = () => workspace.format().number(props.bulk.rows.length);
  const seqs = () => props.bulk.rows.map(({ seq }) => seq);
  const why = () => {
    const [first] = props.bulk.rows;
    return first === undefined ? undefined : whyWords(first, workspace.format());
  };
  const discard = async () => {
    const done = await discardCommands(workspace.device, seqs());
    const undo = () => act(undoDiscards(workspace.device, done));
    const text = words.bulkDiscarded(workspace.format().number(done.length));
    toasts.show({ text, action: { label: words.undo, run: undo } });
  };
  const send = async () => {
    const { sent, failed } = await sendAllAgain(workspace.device, seqs());
    const [first] = failed;
    if (sent > 0) toasts.show({ text: words.bulkSent(workspace.format().number(sent)) });
    if (first === undefined) return;
    const text = words.bulkNotSent(workspace.format().number(failed.length));
    toasts.show({ text: `${text} ${handledWords(first, workspace.format())}`, tone: "bad" });
  };
  return (
    <li class="card outbox-item" data-state="parked">
      <div class="stack" data-gap="small">
        <h3>{words.bulkTitle(shown())}</h3>
        <Show when={why()}>{(text) => <p>{text()}</p>}</Show>
      </div>
      <div class="row outbox-actions">
        <Show when={props.bulk.maySendAgain}>
          <Button busy={busy()} onClick={() => run(send)}>
            {words.bulkSend(shown())}
          </Button>
        </Show>
        <Button variant="quiet" busy={busy()} onClick={() => run(discard)}>
          {words.bulkDiscard(shown())}
        </Button>
      </div>
    </li>
  );
}
