import { createMemo, For } from "solid-js";
import { markedParts } from "../../device/search/marked-parts.ts";

/** A text with the letters in bold that were typed to find it. */
export function Marked(props: { readonly text: string; readonly typed: string }) {
  const parts = createMemo(() => markedParts(props.text, props.typed));
  return (
    <span>
      <For each={parts()}>{(part) => (part.marked ? <mark>{part.text}</mark> : part.text)}</For>
    </span>
  );
}
