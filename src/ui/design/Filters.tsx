import { createUniqueId, For, Show } from "solid-js";

/** Which choices there are, each with how many it leaves where that is known, and which of them is taken. */
export interface FiltersProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly count?: string }[];
  readonly onChange: (value: Value) => void;
  /** Two or three halves of one control, as wide as there is room, instead of chips that scroll. */
  readonly segmented?: boolean;
}

/** One choice of a few, side by side: radio buttons, so the arrow keys work. */
export function Filters<Value extends string>(props: FiltersProps<Value>) {
  const name = createUniqueId();
  return (
    <fieldset class="filters" data-segmented={props.segmented ? "" : undefined}>
      <legend class="visually-hidden">{props.label}</legend>
      <For each={props.options}>
        {(option) => (
          <label class="filter">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>
              {option.label}
              <Show when={option.count}>
                <small>{option.count}</small>
              </Show>
            </span>
          </label>
        )}
      </For>
    </fieldset>
  );
}
