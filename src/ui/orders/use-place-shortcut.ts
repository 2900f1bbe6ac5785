import { onCleanup, onMount } from "solid-js";
import { openDialog } from "../design/Dialog.tsx";
import { useOrder } from "./order-context.tsx";

/** Places the order at Ctrl or Cmd and Enter, wherever the focus is, while its screen is shown. */
export function usePlaceShortcut(place: () => void): void {
  const { changing } = useOrder();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    // Shortcuts end at an open dialog: there they mean its own form.
    if (changing() || openDialog() !== undefined) return;
    event.preventDefault();
    if (!event.repeat) place();
  };
  onMount(() => addEventListener("keydown", onKeyDown));
  onCleanup(() => removeEventListener("keydown", onKeyDown));
}
