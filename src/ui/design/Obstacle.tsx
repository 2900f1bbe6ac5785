import { For, type JSX, Show } from "solid-js";
import { IconLock, IconWarning } from "./icons.tsx";
import { EmptyState } from "./Notice.tsx";

/** A whole screen that says what is in the way and what to do. */
export function Obstacle(props: {
  readonly title: string;
  readonly text: string;
  readonly steps?: readonly string[];
  readonly secure?: boolean;
  readonly children?: JSX.Element;
}) {
  return (
    <div class="page" data-width="narrow">
      <EmptyState icon={props.secure ? IconLock : IconWarning} title={props.title} text={props.text}>
        {props.children}
      </EmptyState>
      <Show when={props.steps}>
        {(steps) => (
          <ol class="card steps">
            <For each={steps()}>{(step) => <li>{step}</li>}</For>
          </ol>
        )}
      </Show>
    </div>
  );
}
