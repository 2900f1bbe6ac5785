import { SearchField as Search } from "../design/SearchField.tsx";
import "./catalogue.css";

/** A search that answers while typing; how many were found is announced. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly found: string;
}) {
  return (
    <>
      <Search label={props.label} placeholder={props.label} value={props.value} onInput={props.onInput} />
      <span class="visually-hidden" role="status">
        {props.value === "" ? "" : props.found}
      </span>
    </>
  );
}
