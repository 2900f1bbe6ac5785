import { useSearchParams } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { findProduct, listProducts } from "../../device/views/queries.ts";
import { changesBetween } from "../../domain/field-changes.ts";
import type { KnownProduct, ProductFields } from "../../domain/product/product.ts";
import { findProductStream, idOf } from "../../domain/stream-key.ts";
import { unreachable } from "../../domain/unreachable.ts";
import { IconProducts } from "../design/icons.tsx";
import { Loading } from "../design/Page.tsx";
import type { FormScan } from "../scan/use-form-scans.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { ProductFormFields } from "./ProductFormFields.tsx";
import { blankDraft, draftOf, productFieldsOf, readDraft, withScanned } from "./product-draft.ts";
import { EditRecord, type Filled, RecordForm } from "./RecordForm.tsx";

const words = catalogueWords.products;

/** Adds a product, with or without a network; `?barcode=` is one that it has. */
export function NewProduct() {
  const [search] = useSearchParams<{ readonly barcode?: string }>();
  const workspace = useWorkspace();
  return (
    <Show when={workspace.settings()} fallback={<Loading rows={4} />}>
      <ProductForm before={undefined} barcode={search.barcode} />
    </Show>
  );
}

/** Changes a product: only the fields that were changed are sent, so that two people's edits merge. */
export function EditProduct() {
  return (
    <EditRecord icon={IconProducts} find={findProduct} fieldsOf={({ product }) => product}>
      {(before) => <ProductForm before={before()} />}
    </EditRecord>
  );
}

function ProductForm(props: {
  readonly before: KnownProduct | undefined;
  readonly barcode?: string | undefined;
}) {
  const workspace = useWorkspace();
  const isNew = () => props.before === undefined;
  const [draft, setDraft] = createSignal(
    props.before === undefined
      ? { ...blankDraft(workspace.settings()?.taxRates[0]?.ppm ?? 0), barcodes: props.barcode ?? "" }
      : draftOf(props.before),
  );
  const loaded = createLive(
    () => workspace.device,
    (device) => listProducts(device.db),
  );
  const products = () => valueOr(loaded(), []);
  const answer = () => readDraft(draft(), products(), isNew());
  const pageOf = (sku: string) => `/products/${idOf(findProductStream(sku) ?? "product/")}`;
  const read = (): Filled<KnownProduct> | undefined => {
    const drafted = answer();
    if (drafted.faults !== undefined) return undefined;
    const { fields } = drafted;
    const stream = findProductStream(fields.sku);
    if (stream === undefined) return undefined;
    return {
      stream,
      command: (seen) => commandOf(seen, fields),
      name: fields.name,
      page: pageOf(fields.sku),
    };
  };
  const takeScan = (code: string): FormScan | undefined => {
    const scanned = withScanned(draft(), code, products());
    if (scanned === undefined) return undefined;
    switch (scanned.outcome) {
      case "added":
        setDraft(scanned.draft);
        return { text: words.barcodeAdded(scanned.barcode), isTaken: true };
      case "there":
        return { text: words.barcodeThere(scanned.barcode), isTaken: true };
      case "taken":
        return { text: words.barcodeTaken(scanned.barcode, scanned.takenBy), isTaken: false };
      case "too-many":
        return { text: words.barcodesMax, isTaken: false };
      default:
        return unreachable(scanned);
    }
  };
  const back = () => {
    const { products: toList, product: toPage } = catalogueWords.back;
    return props.before === undefined
      ? { href: "/products", label: toList }
      : { href: pageOf(props.before.sku), label: toPage };
  };
  return (
    <RecordForm
      title={isNew() ? words.newTitle : words.editTitle}
      back={back()}
      may="product-changed"
      before={props.before}
      read={read}
      takeScan={takeScan}
    >
      {(checked) => (
        <ProductFormFields
          draft={draft()}
          onChange={setDraft}
          isNew={isNew()}
          faults={answer().faults ?? {}}
          checked={checked()}
          categories={[...new Set(products().map(({ product }) => product.category))].filter(Boolean)}
        />
      )}
    </RecordForm>
  );
}

function commandOf(before: KnownProduct | undefined, after: ProductFields & { readonly sku: string }) {
  if (before === undefined) return { type: "add-product", data: after } as const;
  const changes = changesBetween(productFieldsOf(before), productFieldsOf(after));
  return { type: "change-product", data: { changes } } as const;
}
