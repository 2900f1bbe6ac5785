import { Index, Show } from "solid-js";
import type { WorkspaceFields } from "../../domain/workspace/workspace.ts";
import { Button, IconButton } from "../design/Button.tsx";
import { TextField } from "../design/Field.tsx";
import { FigureField } from "../design/FigureField.tsx";
import { IconPlus, IconTrash } from "../design/icons.tsx";
import { SelectField } from "../design/SelectField.tsx";
import { makeFormat } from "../words/format.ts";
import { currencyOptions, localeOptions, timeZoneOptions } from "./setting-options.ts";
import { settingsFieldWords as words } from "./settings-words.ts";

interface SettingsFieldsProps {
  readonly value: WorkspaceFields;
  readonly onChange: (value: WorkspaceFields) => void;
  /** Whether the currency may still be chosen. */
  readonly currencyOpen: boolean;
  /** Says what is missing, once somebody has tried to go on. */
  readonly checked: boolean;
}

/** The settings of a business: when it begins, and later. */
export function SettingsFields(props: SettingsFieldsProps) {
  const set = (change: Partial<WorkspaceFields>) => props.onChange({ ...props.value, ...change });
  const taxModes = (["exclusive", "inclusive", "none"] as const).map((value) => ({
    value,
    label: words.taxModes[value],
  }));
  return (
    <div class="fields">
      <TextField
        label={words.name}
        value={props.value.name}
        onInput={(name) => set({ name })}
        error={props.checked && props.value.name.trim() === "" ? words.required : undefined}
        maxLength={200}
        autocomplete="organization"
        wide
      />
      <SelectField
        label={words.currency}
        hint={words.currencyHint}
        value={props.value.currency}
        options={currencyOptions(props.value.locale, props.value.currency)}
        onChange={(currency) => set({ currency })}
        disabled={!props.currencyOpen}
      />
      <SelectField
        label={words.taxMode}
        value={props.value.taxMode}
        options={taxModes}
        onChange={(taxMode) => set({ taxMode })}
      />
      <Show when={props.value.taxMode !== "none"}>
        <TaxRates value={props.value} onChange={props.onChange} />
      </Show>
      <SelectField
        label={words.locale}
        value={props.value.locale}
        options={localeOptions(props.value.locale)}
        onChange={(locale) => set({ locale })}
      />
      <SelectField
        label={words.timeZone}
        hint={words.timeZoneHint}
        value={props.value.timeZone}
        options={timeZoneOptions(props.value.timeZone)}
        onChange={(timeZone) => set({ timeZone })}
      />
    </div>
  );
}

const ratesMax = 20;

function TaxRates(props: Pick<SettingsFieldsProps, "value" | "onChange">) {
  const format = () => makeFormat(props.value);
  const rates = () => props.value.taxRates;
  const put = (taxRates: WorkspaceFields["taxRates"]) => props.onChange({ ...props.value, taxRates });
  const change = (at: number, part: Partial<WorkspaceFields["taxRates"][number]>) =>
    put(rates().map((rate, index) => (index === at ? { ...rate, ...part } : rate)));
  return (
    <fieldset class="field-wide rates">
      <legend class="field-label">{words.taxRates}</legend>
      <p class="field-hint">{words.taxRatesHint}</p>
      <Index each={rates()}>
        {(rate, at) => (
          <div class="rate">
            <TextField
              label={words.rateName}
              value={rate().name}
              onInput={(name) => change(at, { name })}
              maxLength={200}
            />
            <FigureField
              label={words.ratePercent}
              value={rate().ppm}
              parse={format().parseTaxPercent}
              print={format().taxPercentAmount}
              wrong={words.rateWrong}
              onInput={(ppm) => ppm !== undefined && change(at, { ppm })}
            />
            <IconButton
              label={words.removeRate(rate().name)}
              icon={IconTrash}
              onClick={() => put(rates().filter((_, index) => index !== at))}
            />
          </div>
        )}
      </Index>
      <Show when={rates().length < ratesMax}>
        <div class="row">
          <Button icon={IconPlus} onClick={() => put([...rates(), { name: "", ppm: 0 }])}>
            {words.addRate}
          </Button>
        </div>
      </Show>
    </fieldset>
  );
}
