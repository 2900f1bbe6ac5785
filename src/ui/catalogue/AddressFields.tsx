import { For } from "solid-js";
import type { Address } from "../../domain/address.ts";
import { limits } from "../../protocol/limits.ts";
import { TextField } from "../design/Field.tsx";
import { catalogueWords } from "./catalogue-words.ts";

const parts = [
  "name",
  "street",
  "postalCode",
  "city",
  "region",
  "country",
] as const satisfies readonly (keyof Address)[];

/** The parts of an address; `named` adds who receives. */
export function AddressFields(props: {
  readonly value: Address;
  readonly onChange: (value: Address) => void;
  readonly named?: boolean;
}) {
  return (
    <div class="fields">
      <For each={parts.filter((part) => part !== "name" || props.named === true)}>
        {(part) => (
          <TextField
            label={catalogueWords.address[part]}
            value={props.value[part]}
            onInput={(text) => props.onChange({ ...props.value, [part]: text })}
            maxLength={limits.shortText}
            wide={part === "street" || part === "name"}
          />
        )}
      </For>
    </div>
  );
}
