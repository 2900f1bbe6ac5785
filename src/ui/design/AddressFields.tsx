import { For } from "solid-js";
import type { Address } from "../../domain/address.ts";
import { addressWords } from "./address-words.ts";
import { TextField } from "./Field.tsx";

const parts = ["name", "street", "postalCode", "city", "region", "country"] as const;

const autocomplete: Readonly<Record<keyof Address, string>> = {
  name: "off",
  street: "street-address",
  city: "address-level2",
  region: "address-level1",
  postalCode: "postal-code",
  country: "country-name",
};

/** The parts of a postal address, each a field. */
export function AddressFields(props: {
  readonly value: Address;
  readonly onChange: (address: Address) => void;
}) {
  return (
    <div class="fields">
      <For each={parts}>
        {(part) => (
          <TextField
            label={addressWords[part]}
            value={props.value[part]}
            onInput={(text) => props.onChange({ ...props.value, [part]: text })}
            autocomplete={autocomplete[part]}
            maxLength={200}
          />
        )}
      </For>
    </div>
  );
}
