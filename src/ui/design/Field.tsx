import { createUniqueId, type JSX, Show } from "solid-js";
import { designWords } from "./design-words.ts";
import { IconWarning } from "./icons.tsx";

/** What a field's control must carry so that its label, hint and error are read with it. */
export interface FieldWiring {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": "true" | undefined;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong and what to do; absent while nothing is wrong. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
  /** Spans the whole form. */
  readonly wide?: boolean;
}

/** A label, a control, its hint and its error, tied together for screen readers. */
export function Field(props: FieldProps & { readonly children: (wiring: FieldWiring) => JSX.Element }) {
  const id = createUniqueId();
  const wiring: FieldWiring = {
    id,
    get "aria-describedby"() {
      const described = [props.hint && `${id}-hint`, props.error && `${id}-error`].filter(Boolean);
      return described.length === 0 ? undefined : described.join(" ");
    },
    get "aria-invalid"() {
      return props.error === undefined ? undefined : "true";
    },
  };
  return (
    <div class="field" classList={{ "field-wide": props.wide === true }}>
      <label class="field-label" for={id}>
        {props.label}{" "}
        <Show when={props.optional}>
          <small>{designWords.optional}</small>
        </Show>
      </label>
      {props.children(wiring)}
      <Show when={props.hint}>
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      </Show>
      <Show when={props.error}>
        <p class="field-error" id={`${id}-error`} role="alert">
          <IconWarning /> {props.error}
        </p>
      </Show>
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: "text" | "email" | "tel" | "date" | "search" | "url";
  readonly inputMode?: "text" | "numeric" | "decimal" | "email" | "tel" | "search";
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly disabled?: boolean;
  /** Focuses the field when it appears. */
  readonly focused?: boolean;
  readonly multiline?: boolean;
}

/** One line of text (or several: `multiline`). */
export function TextField(props: TextFieldProps) {
  const focus = (element: HTMLElement) => {
    if (props.focused === true) queueMicrotask(() => element.focus());
  };
  return (
    <Field {...props}>
      {(wiring) => (
        <Show
          when={props.multiline}
          fallback={
            <input
              id={wiring.id}
              class="input"
              ref={focus}
              aria-describedby={wiring["aria-describedby"]}
              aria-invalid={wiring["aria-invalid"]}
              type={props.type ?? "text"}
              inputMode={props.inputMode}
              autocomplete={props.autocomplete ?? "off"}
              placeholder={props.placeholder}
              maxLength={props.maxLength}
              required={props.required}
              disabled={props.disabled}
              value={props.value}
              onInput={(event) => props.onInput(event.currentTarget.value)}
            />
          }
        >
          <textarea
            id={wiring.id}
            class="input"
            ref={focus}
            aria-describedby={wiring["aria-describedby"]}
            aria-invalid={wiring["aria-invalid"]}
            maxLength={props.maxLength}
            disabled={props.disabled}
            value={props.value}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
        </Show>
      )}
    </Field>
  );
}
