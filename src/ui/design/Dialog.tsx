import { createUniqueId, type JSX, onCleanup, onMount, Show } from "solid-js";
import { Button, IconButton } from "./Button.tsx";
import { designWords } from "./design-words.ts";
import { IconClose } from "./icons.tsx";
import { useToasts } from "./Toasts.tsx";

interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  /** Buttons below, the main one last. */
  readonly actions?: JSX.Element;
  /** The focus begins at its title: it opened unasked, so the next key must not press one of its buttons. */
  readonly unasked?: boolean;
  readonly children: JSX.Element;
}

/**
 * A modal dialog: the browser's own, which keeps the focus inside, makes the rest inert, closes on Escape and gives
 * the focus back. Its content exists only while it is open, so every opening starts fresh. Shortcuts of the screen end
 * at it: Ctrl+Enter sends its own form, wherever in it the focus is, and nothing where it has none.
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
  const caret = caretIn(opener);
  const toasts = useToasts();
  let element: HTMLDialogElement | undefined;
  let title: HTMLHeadingElement | undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    if (openDialog() !== element) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) element?.querySelector("form")?.requestSubmit();
  };
  onMount(() => {
    if (element === undefined) return;
    element.showModal();
    if (props.unasked === true) title?.focus();
    document.addEventListener("keydown", onKeyDown, true);
    onCleanup(toasts.moveInto(element));
  });
  let gone = false;
  onCleanup(() => {
    gone = true;
    document.removeEventListener("keydown", onKeyDown, true);
    // While it is open, whatever is outside is inert and takes no focus.
    element?.close();
    if (!(opener instanceof HTMLElement) || !opener.isConnected) return;
    opener.focus();
    if (caret !== undefined && isTypedInto(opener)) opener.setSelectionRange(...caret);
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
        // Announced a moment later: by then another dialog may be open.
        if (!gone) props.onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2
            id={titleId}
            tabindex={props.unasked === true ? -1 : undefined}
            ref={(heading) => {
              title = heading;
            }}
          >
            {props.title}
          </h2>
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

/** Where somebody was typing in an element; undefined where nobody can. */
function caretIn(element: Element | null): readonly [number, number] | undefined {
  if (!isTypedInto(element)) return undefined;
  const { selectionStart: start, selectionEnd: end } = element;
  return start === null || end === null ? undefined : [start, end];
}

function isTypedInto(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/** The dialog that is open, the uppermost one: those that open others are before them in the page. */
export function openDialog(): HTMLDialogElement | undefined {
  return [...document.querySelectorAll("dialog")].findLast(({ open }) => open);
}

interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly text: string;
  /** What else to know before, where there is anything. */
  readonly note?: string | undefined;
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
      <Show when={props.note}>{(note) => <p>{note()}</p>}</Show>
    </Dialog>
  );
}
