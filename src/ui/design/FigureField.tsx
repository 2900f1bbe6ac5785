import { createEffect, createSignal, on } from "solid-js";
import { Field, type FieldProps } from "./Field.tsx";

interface FigureFieldProps<Value> extends FieldProps {
  readonly value: Value | undefined;
  /** Undefined while the text is no such figure. */
  readonly onInput: (value: Value | undefined) => void;
  readonly parse: (text: string) => Value | undefined;
  readonly print: (value: Value) => string;
  /** Told below the field when the text is no such figure. */
  readonly wrong: string;
  /** `none` where keys of our own are below the field. */
  readonly inputMode?: "numeric" | "decimal" | "none";
  readonly focused?: boolean;
}

/**
 * An amount of money, a quantity or a percentage: typed as people write it, kept as the integer it stands for.
 * `useFormat()` has the parse and print for each. What was typed stays as typed until the field is left.
 */
export function FigureField<Value>(props: FigureFieldProps<Value>) {
  const printed = () => (props.value === undefined ? "" : props.print(props.value));
  const [text, setText] = createSignal(printed());
  const [typing, setTyping] = createSignal(false);
  const wrong = () => !typing() && text().trim() !== "" && props.parse(text()) === undefined;
  createEffect(on(printed, (next) => !typing() && setText(next), { defer: true }));
  return (
    <Field {...props} error={props.error ?? (wrong() ? props.wrong : undefined)}>
      {(wiring) => (
        <input
          id={wiring.id}
          class="input"
          data-kind="figure"
          ref={(element) => {
            if (props.focused !== true) return;
            queueMicrotask(() => {
              element.focus();
              element.select();
            });
          }}
          aria-describedby={wiring["aria-describedby"]}
          aria-invalid={wiring["aria-invalid"]}
          inputMode={props.inputMode ?? "decimal"}
          autocomplete="off"
          value={text()}
          onFocus={() => setTyping(true)}
          onInput={(event) => {
            setTyping(true);
            setText(event.currentTarget.value);
            props.onInput(props.parse(event.currentTarget.value));
          }}
          onBlur={() => {
            setTyping(false);
            const value = props.parse(text());
            if (value !== undefined) setText(props.print(value));
          }}
        />
      )}
    </Field>
  );
}
