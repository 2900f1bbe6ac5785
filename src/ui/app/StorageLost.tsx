import { createSignal, createUniqueId, onCleanup, onMount, Show } from "solid-js";
import { Button } from "../design/Button.tsx";
import { storageLostWords as words } from "../faults/fault-words.ts";
import { takeReload } from "../faults/reload-guard.ts";
import { watchTyping } from "../faults/typed-text.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";

/** Long enough to read the text. */
const reloadAfterMs = 3_000;

/**
 * Says over the whole screen that this page has lost the storage, and reloads it: what is saved is on the disk, and
 * only a new page is given another connection. While something typed would be lost, a person reloads.
 */
export function StorageLost() {
  const holder = useDeviceHolder();
  const typing = watchTyping();
  onCleanup(() => typing.stop());
  const [hidden, setHidden] = createSignal(false);
  return (
    <Show when={holder.isStorageLost() && !hidden()}>
      <Told isTyping={typing.isOpen()} onLook={() => setHidden(true)} />
    </Show>
  );
}

function Told(props: { readonly isTyping: boolean; readonly onLook: () => void }) {
  const titleId = createUniqueId();
  const ending = props.isTyping ? "typed" : takeReload() ? "reloads" : "stays";
  let element: HTMLDialogElement | undefined;
  onMount(() => element?.showModal());
  if (ending === "reloads") {
    const timer = setTimeout(() => location.reload(), reloadAfterMs);
    onCleanup(() => clearTimeout(timer));
  }
  return (
    <dialog
      ref={(node) => {
        element = node;
      }}
      class="dialog"
      data-kind="whole"
      role="alertdialog"
      aria-labelledby={titleId}
      onCancel={(event) => event.preventDefault()}
    >
      <div class="dialog-body">
        <h2 id={titleId}>{words.title}</h2>
        <p>{words[ending]}</p>
        <div class="dialog-actions">
          <Show when={ending === "typed"}>
            <Button onClick={() => props.onLook()}>{words.look}</Button>
          </Show>
          <Button variant="primary" onClick={() => location.reload()}>
            {words.reload}
          </Button>
        </div>
      </div>
    </dialog>
  );
}
