import { Show } from "solid-js";
import type { SubscriptionWithSecret } from "../../protocol/subscription-messages.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { webhookWords as words } from "./webhook-words.ts";

/** Shows a secret the one time that it is known here. */
export function SecretDialog(props: { readonly made: SubscriptionWithSecret; readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const copy = () => {
    navigator.clipboard.writeText(props.made.secret).then(
      () => toasts.show({ text: words.copied }),
      () => toasts.show({ text: words.notCopied, tone: "bad" }),
    );
  };
  return (
    <Dialog
      open
      title={words.secretTitle}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={copy}>{words.copySecret}</Button>
          <Button variant="primary" onClick={() => props.onClose()}>
            {words.secretKept}
          </Button>
        </>
      }
    >
      <p>{words.secretText}</p>
      <p class="webhook-secret">
        <code data-testid="webhook-secret">{props.made.secret}</code>
      </p>
      <Show when={props.made.subscription.formerSecretUntil}>
        {(until) => <p class="soft">{words.formerText(workspace.format().dateTime(until()))}</p>}
      </Show>
    </Dialog>
  );
}
