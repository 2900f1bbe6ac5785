import { createEffect, createMemo, createSignal, createUniqueId, For, type JSX, on, Show } from "solid-js";

interface SuggestProps<Item> {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly listLabel: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  /** What the text may mean, the likeliest first. */
  readonly items: readonly Item[];
  readonly render: (item: Item) => JSX.Element;
  /** Enter or a tap: with the marked item, or with none when nothing matches. */
  readonly onChoose: (item: Item | undefined) => void;
  readonly onEscape?: () => void;
  /** Shown instead of the list when nothing matches. */
  readonly nothing?: string | undefined;
  readonly inputRef?: (input: HTMLInputElement) => void;
  /** Whether an empty text shows the list on focus. */
  readonly openEmpty?: boolean;
  /** Nothing is marked until an arrow does: there are several that are equally meant. */
  readonly unmarked?: boolean;
}

/**
 * A line to type in with a list of what it may mean: the first is marked, arrows move, Enter takes. Follows the
 * combobox pattern (WAI-ARIA), so that the marked item is read aloud while the focus stays in the line.
 */
export function Suggest<Item>(props: SuggestProps<Item>) {
  const id = createUniqueId();
  // Nothing is marked in an empty line: Enter there must not choose what nobody meant.
  const firstMarked = () => (props.value.trim() === "" || props.unmarked === true ? -1 : 0);
  const [marked, setMarked] = createSignal(firstMarked());
  const [focused, setFocused] = createSignal(false);
  const [closed, setClosed] = createSignal(false);
  createEffect(
    on(
      () => [props.value, props.unmarked],
      () => {
        setMarked(firstMarked());
        setClosed(false);
      },
    ),
  );
  const open = createMemo(
    () =>
      focused() &&
      !closed() &&
      props.items.length > 0 &&
      (props.value.trim() !== "" || props.openEmpty === true),
  );
  const optionId = (at: number) => `${id}-option-${at}`;
  const move = (by: number) => {
    const count = props.items.length;
    if (count === 0) return;
    setClosed(false);
    setMarked((at) => (at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count));
    document.getElementById(optionId(marked()))?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    // Held down, it would take what the one before it has not meant.
    if (event.key === "Enter" && event.repeat) {
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      props.onChoose(open() || props.value.trim() !== "" ? props.items[marked()] : undefined);
    } else if (event.key === "Escape") {
      if (open()) setClosed(true);
      else props.onEscape?.();
    }
  };
  return (
    <div class="suggest">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <input
        id={id}
        ref={(input) => props.inputRef?.(input)}
        class="input suggest-input"
        type="text"
        role="combobox"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="done"
        placeholder={props.placeholder}
        aria-autocomplete="list"
        aria-expanded={open()}
        aria-controls={`${id}-list`}
        aria-activedescendant={open() && marked() >= 0 ? optionId(marked()) : undefined}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      />
      <Show when={props.hint}>
        <p class="field-hint suggest-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
      <div
        class="suggest-list"
        role="listbox"
        id={`${id}-list`}
        aria-label={props.listLabel}
        hidden={!open()}
      >
        <Show when={open()}>
          <For each={props.items}>
            {(item, at) => (
              // The line keeps the focus and the keys; a tap here only chooses.
              // biome-ignore lint/a11y/useFocusableInteractive: an option is marked by aria-activedescendant.
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the line's.
              <div
                class="suggest-option"
                role="option"
                id={optionId(at())}
                aria-selected={at() === marked()}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => props.onChoose(item)}
              >
                {props.render(item)}
              </div>
            )}
          </For>
        </Show>
      </div>
      {/* It stays while the text does, also when the focus is elsewhere: what it pushes down must not jump under a tap. */}
      <Show when={props.items.length === 0 && props.nothing}>
        <p class="suggest-nothing" role="status">
          {props.nothing}
        </p>
      </Show>
    </div>
  );
}
