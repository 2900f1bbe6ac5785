import { For, Show } from "solid-js";
import { Notice } from "../design/Notice.tsx";
import { thisPlatform } from "../pwa/platform.ts";
import { installFirstWords as words } from "./welcome-words.ts";

/** On an iPhone or iPad, in a tab: says that what begins here stays here. Nothing anywhere else. */
export function InstallFirst(props: { readonly toDo: keyof typeof words.there }) {
  const { ios, standalone } = thisPlatform();
  return (
    <Show when={ios && !standalone}>
      <Notice tone="wait" title={words.title}>
        <p>{words.text}</p>
        <ol class="steps">
          <For each={[...words.steps, words.there[props.toDo]]}>{(step) => <li>{step}</li>}</For>
        </ol>
      </Notice>
    </Show>
  );
}
