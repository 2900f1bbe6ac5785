import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, Match, Show, Switch } from "solid-js";
import { findProduct, listProducts } from "../../device/views/queries.ts";
import { changesBetween, seenAfter } from "../../domain/field-changes.ts";
import type { KnownProduct, ProductFields } from "../../domain/product/product.ts";
import { findProductStream, idOf } from "../../domain/stream-key.ts";
import { newId } from "../../protocol/ids.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { IconLock, IconProducts } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { conflictsIn } from "../workspace/conflicts-in.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { focusFirstFault } from "./focus-first-fault.ts";
import { ProductFormFields } from "./ProductFormFields.tsx";
import { blankDraft, draftOf, productFieldsOf, readDraft } from "./product-draft.ts";
import { useSave } from "./use-save.ts";

const words = catalogueWords.products;

/** Adds a product, with or without a network. */
export function NewProduct() {
  const workspace = useWorkspace();
  return (
    <Show when={workspace.settings()} fallback={<Loading rows={4} />}>
      <ProductForm before={undefined} />
    </Show>
  );
}

/** Changes a product: only the fields that were changed are sent, so that two people's edits merge. */
export function EditProduct() {
  const params = useParams<{ id: string }>();
  const workspace = useWorkspace();
  const loaded = createLive(
    () => params.id,
    (skuId) => findProduct(workspace.device.db, skuId),
  );
  // What the person saw when the form opened is what the changes are told against, whatever arrives meanwhile.
  const [opened, setOpened] = createSignal<KnownProduct>();
  const before = () => {
    const view = valueOr(loaded(), undefined);
    return opened() ?? (view === undefined ? undefined : setOpened(view.product));
  };
  return (
    <Switch
      fallback={
        <EmptyState
          icon={IconProducts}
          title={catalogueWords.notHere.title}
          text={catalogueWords.notHere.text}
        />
      }
    >
      <Match when={before()}>{(product) => <ProductForm before={product()} />}</Match>
      <Match when={loaded().status === "loading"}>
        <Loading rows={4} />
      </Match>
    </Switch>
  );
}

function ProductForm(props: { readonly before: KnownProduct | undefined }) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const save = useSave();
  const commandId = newId();
  let form: HTMLFormElement | undefined;
  const isNew = () => props.before === undefined;
  const [draft, setDraft] = createSignal(
    props.before === undefined
      ? blankDraft(workspace.settings()?.taxRates[0]?.ppm ?? 0)
      : draftOf(props.before),
  );
  let seen = props.before;
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const loaded = createLive(
    () => workspace.device,
    (device) => listProducts(device.db),
  );
  const products = () => valueOr(loaded(), []);
  const read = () => readDraft(draft(), products(), isNew());
  const pageOf = (sku: string) => `/products/${idOf(findProductStream(sku) ?? "product/")}`;
  const submit = async () => {
    setChecked(true);
    const answer = read();
    if (answer.faults !== undefined) return focusFirstFault(form);
    if (busy()) return;
    const { fields } = answer;
    const stream = findProductStream(fields.sku);
    if (stream === undefined) return;
    setBusy(true);
    // A change that failed may be tried again after a correction: then it is another command.
    const id = isNew() ? { id: commandId } : {};
    const input = { ...id, stream, command: commandOf(seen, fields) };
    const handled = await save(input, catalogueWords.saved(fields.name)).finally(() => setBusy(false));
    if (seen !== undefined) seen = seenAfter(seen, conflictsIn(handled));
    if (isDone(handled)) navigate(pageOf(fields.sku), { replace: true });
  };
  const backHref = () => (props.before === undefined ? "/products" : pageOf(props.before.sku));
  const backLabel = () => (isNew() ? catalogueWords.back.products : catalogueWords.back.product);
  return (
    <Page
      title={isNew() ? words.newTitle : words.editTitle}
      width="narrow"
      back={{ href: backHref(), label: backLabel() }}
    >
      <Show
        when={workspace.may("product-changed")}
        fallback={
          <EmptyState
            icon={IconLock}
            title={catalogueWords.notAllowed.title}
            text={catalogueWords.notAllowed.text}
          />
        }
      >
        <form
          class="stack"
          noValidate
          ref={(element) => {
            form = element;
          }}
          onSubmit={(event) => {
            event.preventDefault();
            act(submit());
          }}
        >
          <ProductFormFields
            draft={draft()}
            onChange={setDraft}
            isNew={isNew()}
            faults={read().faults ?? {}}
            checked={checked()}
            categories={[...new Set(products().map(({ product }) => product.category))].filter(Boolean)}
          />
          <div class="dialog-actions">
            <ButtonLink href={backHref()}>{catalogueWords.cancel}</ButtonLink>
            <Button type="submit" variant="primary" busy={busy()}>
              {catalogueWords.save}
            </Button>
          </div>
        </form>
      </Show>
    </Page>
  );
}

function commandOf(before: KnownProduct | undefined, after: ProductFields & { readonly sku: string }) {
  if (before === undefined) return { type: "add-product", data: after } as const;
  const changes = changesBetween(productFieldsOf(before), productFieldsOf(after));
  return { type: "change-product", data: { changes } } as const;
}
