import { Show } from "solid-js";
import { type Address, emptyAddress } from "../../domain/address.ts";
import type { CustomerFields } from "../../domain/customer/customer.ts";
import { limits } from "../../protocol/limits.ts";
import { AddressFields } from "../design/AddressFields.tsx";
import { TextField } from "../design/Field.tsx";
import { catalogueWords } from "./catalogue-words.ts";

const words = catalogueWords.customers;

interface CustomerFormFieldsProps {
  readonly fields: CustomerFields;
  readonly onChange: (fields: CustomerFields) => void;
  readonly isNew: boolean;
  /** What is in the fields of another delivery address when it is asked for again. */
  readonly shipToBefore: Address | null;
  /** The company that has the code already. */
  readonly takenBy: string | undefined;
  /** Whether a company that is missing is told. */
  readonly checked: boolean;
}

/** The fields of a customer. */
export function CustomerFormFields(props: CustomerFormFieldsProps) {
  const set = (change: Partial<CustomerFields>) => props.onChange({ ...props.fields, ...change });
  return (
    <>
      <div class="card">
        <div class="fields">
          <TextField
            label={words.fields.company}
            value={props.fields.company}
            onInput={(company) => set({ company })}
            error={props.checked && props.fields.company.trim() === "" ? words.needsCompany : undefined}
            maxLength={limits.shortText}
            focused={props.isNew}
            wide
          />
          <TextField
            label={words.fields.code}
            hint={words.fields.codeHint}
            value={props.fields.code}
            onInput={(code) => set({ code })}
            error={props.takenBy === undefined ? undefined : words.codeTaken(props.takenBy)}
            maxLength={limits.shortText}
            optional
          />
          <TextField
            label={words.fields.contactName}
            value={props.fields.contactName}
            onInput={(contactName) => set({ contactName })}
            maxLength={limits.shortText}
            optional
          />
          <TextField
            label={words.fields.contactTitle}
            value={props.fields.contactTitle}
            onInput={(contactTitle) => set({ contactTitle })}
            maxLength={limits.shortText}
            optional
          />
          <TextField
            label={words.fields.email}
            type="email"
            inputMode="email"
            value={props.fields.email}
            onInput={(email) => set({ email })}
            maxLength={limits.shortText}
            optional
          />
          <TextField
            label={words.fields.phone}
            type="tel"
            inputMode="tel"
            value={props.fields.phone}
            onInput={(phone) => set({ phone })}
            maxLength={limits.shortText}
            optional
          />
        </div>
      </div>
      <fieldset class="card plain">
        <legend class="card-legend">{words.fields.address}</legend>
        <AddressFields value={props.fields.address} onChange={(address) => set({ address })} />
        <label class="check">
          <input
            type="checkbox"
            checked={props.fields.shipTo !== null}
            onChange={(event) =>
              set({ shipTo: event.currentTarget.checked ? (props.shipToBefore ?? emptyAddress) : null })
            }
          />
          {words.fields.shipTo}
        </label>
      </fieldset>
      <Show when={props.fields.shipTo}>
        {(shipTo) => (
          <fieldset class="card plain">
            <legend class="card-legend">{words.fields.shipToTitle}</legend>
            <AddressFields value={shipTo()} onChange={(next) => set({ shipTo: next })} />
          </fieldset>
        )}
      </Show>
      <div class="card">
        <TextField
          label={words.fields.note}
          hint={words.fields.noteHint}
          value={props.fields.note}
          onInput={(note) => set({ note })}
          maxLength={limits.longText}
          multiline
          optional
        />
      </div>
    </>
  );
}
