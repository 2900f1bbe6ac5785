import { createUniqueId, For, Show } from "solid-js";
import { quantityMax } from "../../domain/order/order-limits.ts";
import { limits } from "../../protocol/limits.ts";
import { Field, TextField } from "../design/Field.tsx";
import { FigureField } from "../design/FigureField.tsx";
import { SelectField } from "../design/SelectField.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import type { DraftFaults, ProductDraft } from "./product-draft.ts";

const words = catalogueWords.products;

interface ProductFormFieldsProps {
  readonly draft: ProductDraft;
  readonly onChange: (draft: ProductDraft) => void;
  readonly isNew: boolean;
  readonly faults: DraftFaults;
  /** Says what is missing, once somebody has tried to save. */
  readonly checked: boolean;
  readonly categories: readonly string[];
}

/** The fields of a product. */
export function ProductFormFields(props: ProductFormFieldsProps) {
  const set = (change: Partial<ProductDraft>) => props.onChange({ ...props.draft, ...change });
  const skuError = () => {
    const fault = props.faults.sku;
    if (typeof fault === "object") return words.skuTaken(fault.takenBy);
    if (fault === "lost-figures") return words.lostFigures;
    return props.checked && fault === "missing" ? words.needsSku : undefined;
  };
  const barcodeError = () => {
    const fault = props.faults.barcodes;
    if (fault === undefined) return undefined;
    if (fault === "lost-figures") return words.lostFigures;
    return fault === "too-many" ? words.barcodesMax : words.barcodeTaken(fault.barcode, fault.takenBy);
  };
  return (
    <>
      <div class="card">
        <div class="fields">
          <TextField
            label={words.fields.name}
            value={props.draft.name}
            onInput={(name) => set({ name })}
            error={props.checked && props.faults.name ? words.needsName : undefined}
            maxLength={limits.shortText}
            focused={props.isNew}
            wide
          />
          <TextField
            label={words.fields.sku}
            hint={words.fields.skuHint}
            value={props.draft.sku}
            onInput={(sku) => set({ sku })}
            error={skuError()}
            maxLength={limits.shortText}
            disabled={!props.isNew}
          />
          <CategoryField {...props} />
          <TextField
            label={words.fields.unit}
            hint={words.fields.unitHint}
            value={props.draft.unit}
            onInput={(unit) => set({ unit })}
            maxLength={limits.shortText}
            optional
          />
        </div>
      </div>
      <PriceFields {...props} />
      <div class="card">
        <div class="fields">
          <WholeField name="minQuantity" min={1} {...props} />
          <WholeField name="stepQuantity" min={1} {...props} />
          <WholeField name="reorderLevel" min={0} hint={words.fields.reorderHint} {...props} />
          <TextField
            label={words.fields.barcodes}
            hint={words.fields.barcodesHint}
            value={props.draft.barcodes}
            onInput={(barcodes) => set({ barcodes })}
            error={barcodeError()}
            multiline
            optional
            wide
          />
        </div>
      </div>
    </>
  );
}

function CategoryField(props: ProductFormFieldsProps) {
  const listId = createUniqueId();
  return (
    <Field label={words.fields.category} optional>
      {(wiring) => (
        <>
          <input
            id={wiring.id}
            class="input"
            list={listId}
            autocomplete="off"
            maxLength={limits.shortText}
            value={props.draft.category}
            onInput={(event) => props.onChange({ ...props.draft, category: event.currentTarget.value })}
          />
          <datalist id={listId}>
            <For each={props.categories}>{(category) => <option value={category} />}</For>
          </datalist>
        </>
      )}
    </Field>
  );
}

function PriceFields(props: ProductFormFieldsProps) {
  const workspace = useWorkspace();
  const format = workspace.format;
  const mode = () => workspace.settings()?.taxMode ?? "none";
  const priceLabel = {
    none: words.fields.price,
    exclusive: words.fields.priceNet,
    inclusive: words.fields.priceGross,
  };
  const rates = () => {
    const known = workspace.settings()?.taxRates ?? [];
    const all = [...known.map(({ name, ppm }) => ({ ppm, label: `${name} · ${format().taxPercent(ppm)}` }))];
    if (!all.some(({ ppm }) => ppm === 0)) all.push({ ppm: 0, label: words.fields.noTax });
    // A rate that the settings no longer name stays what it is until somebody chooses another.
    const { taxPpm } = props.draft;
    if (!all.some(({ ppm }) => ppm === taxPpm))
      all.unshift({ ppm: taxPpm, label: format().taxPercent(taxPpm) });
    return all.map(({ ppm, label }) => ({ value: String(ppm), label }));
  };
  return (
    <div class="card">
      <div class="fields">
        <FigureField
          label={`${priceLabel[mode()]} (${format().settings.currency})`}
          value={props.draft.priceMinor}
          onInput={(priceMinor) => props.onChange({ ...props.draft, priceMinor })}
          parse={format().parseMoney}
          print={format().amount}
          wrong={words.needsPrice}
          error={props.checked && props.faults.priceMinor ? words.needsPrice : undefined}
        />
        <Show when={mode() !== "none"}>
          <SelectField
            label={words.fields.tax}
            value={String(props.draft.taxPpm)}
            options={rates()}
            onChange={(ppm) => props.onChange({ ...props.draft, taxPpm: Number(ppm) })}
          />
        </Show>
      </div>
    </div>
  );
}

function WholeField(
  props: ProductFormFieldsProps & {
    readonly name: "minQuantity" | "stepQuantity" | "reorderLevel";
    readonly min: number;
    readonly hint?: string;
  },
) {
  const workspace = useWorkspace();
  const parse = (text: string) => {
    const value = workspace.format().parseNumber(text);
    return value !== undefined && value >= props.min && value <= quantityMax ? value : undefined;
  };
  const wrong = () => (props.min === 0 ? words.wrongFigure : words.atLeastOne);
  return (
    <FigureField
      label={words.fields[props.name]}
      hint={props.hint}
      value={props.draft[props.name]}
      onInput={(value) => props.onChange({ ...props.draft, [props.name]: value })}
      parse={parse}
      print={(value) => workspace.format().number(value)}
      wrong={wrong()}
      error={props.checked && props.faults[props.name] ? wrong() : undefined}
      inputMode="numeric"
    />
  );
}
