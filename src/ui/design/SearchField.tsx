import { IconSearch } from "./icons.tsx";

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly onFocus?: () => void;
}

/** One line to search with; its label is only read aloud, the placeholder says what can be found. */
export function SearchField(props: SearchFieldProps) {
  return (
    <search class="search">
      <IconSearch />
      <input
        class="input"
        type="search"
        autocomplete="off"
        enterkeyhint="search"
        aria-label={props.label}
        placeholder={props.placeholder}
        value={props.value}
        onFocus={() => props.onFocus?.()}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </search>
  );
}
