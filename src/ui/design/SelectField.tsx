import { For } from "solid-js";
import { Field, type FieldProps } from "./Field.tsx";

interface SelectFieldProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

/** One of a few: the platform's own list, which every keyboard, screen reader and thumb knows. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const choose = (text: string) => {
    const chosen = props.options.find(({ value }) => value === text);
    if (chosen !== undefined) props.onChange(chosen.value);
  };
  return (
    <Field {...props}>
      {(wiring) => (
        <select
          id={wiring.id}
          class="input"
          aria-describedby={wiring["aria-describedby"]}
          aria-invalid={wiring["aria-invalid"]}
          disabled={props.disabled}
          value={props.value}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <For each={props.options}>
            {(option) => (
              <option value={option.value} selected={option.value === props.value}>
                {option.label}
              </option>
            )}
          </For>
        </select>
      )}
    </Field>
  );
}
