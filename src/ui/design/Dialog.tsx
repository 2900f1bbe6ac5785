import { createUniqueId, type JSX, onCleanup, onMount, Show } from "solid-js";
import { designWords } from "../words/design-words.ts";
import { Button, IconButton } from "./Button.tsx";
import { IconClose } from "./icons.tsx";

interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  /** Buttons below, the main one last. */
  readonly actions?: JSX.Element;
  readonly children: JSX.Element;
}

/**
 * A modal dialog: the browser's own, which keeps the focus inside, makes the rest inert, closes on Escape and gives
 * the focus back. Its content exists only while it is open, so every opening starts fresh.
 */
export function Dialog(props: DialogProps) {
  return (
    <Show when={props.open}>
      <OpenDialog {...props} />
    </Show>
  );
}

function OpenDialog(props: DialogProps) {
  const titleId = createUniqueId();
  const opener = document.activeElement;
  let element: HTMLDialogElement | undefined;
  onMount(() => element?.showModal());
  let gone = false;
  onCleanup(() => {
    gone = true;
    // While it is open, whatever is outside is inert and takes no focus.
    element?.close();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
  return (
    <dialog
      ref={(node) => {
        element = node;
      }}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClose={() => {
        // Told a moment later: by then another dialog may be open.
        if (!gone) props.onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={titleId}>{props.title}</h2>
          <IconButton label={designWords.close} icon={IconClose} onClick={() => props.onClose()} />
        </div>
        {props.children}
        <Show when={props.actions}>
          <div class="dialog-actions">{props.actions}</div>
        </Show>
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before what cannot simply be taken back. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Dialog
      open={props.open}
      title={props.title}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{designWords.cancel}</Button>
          <Button
            variant={props.danger ? "danger" : "primary"}
            busy={props.busy ?? false}
            onClick={() => props.onConfirm()}
          >
            {props.confirm}
          </Button>
        </>
      }
    >
      <p>{props.text}</p>
    </Dialog>
  );
}
