import { type Accessor, createSignal, onCleanup } from "solid-js";
import { findKept, keep } from "./session.ts";

/**
 * A text that somebody is typing, which is there again when the page has to be loaded again on the same screen. Leaving
 * the screen forgets it.
 */
export function createKeptText(key: string): readonly [Accessor<string>, (text: string) => void] {
  const before = findKept(key);
  const mark = () => `${location.pathname}\n`;
  const [text, setText] = createSignal(
    before?.startsWith(mark()) === true ? before.slice(mark().length) : "",
  );
  onCleanup(() => keep(key, undefined));
  return [
    text,
    (next) => {
      setText(next);
      keep(key, next === "" ? undefined : `${mark()}${next}`);
    },
  ];
}
