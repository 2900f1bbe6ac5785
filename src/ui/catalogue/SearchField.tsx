import { IconSearch } from "../design/icons.tsx";
import "./catalogue.css";

/** A search that answers while typing; how many were found is announced. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly found: string;
}) {
  return (
    <search class="search">
      <IconSearch />
      <input
        class="input"
        type="search"
        aria-label={props.label}
        placeholder={props.label}
        autocomplete="off"
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <span class="visually-hidden" role="status">
        {props.value === "" ? "" : props.found}
      </span>
    </search>
  );
}
