import { createMemo } from "solid-js";
import type { KnownProduct } from "../../domain/product/product.ts";
import { Suggest } from "../design/Suggest.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { createKeptText } from "../faults/kept-text.ts";
import { orderWords as words } from "../words/order-words.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { parseEntry } from "./entry-text.ts";
import { useOrder } from "./order-context.tsx";
import { ProductOption } from "./ProductOption.tsx";
import { searchProducts } from "./product-search.ts";
import { StockEstimate } from "./StockEstimate.tsx";

const resultsMax = 8;

/** One line for everything: search, scan, quantity. Enter adds and moves on. */
export function EntryBox(props: {
  readonly onAdded: (lineId: string) => void;
  readonly focusRef: (focus: () => void) => void;
}) {
  const workspace = useWorkspace();
  const products = useCatalogue().products();
  const { actions } = useOrder();
  const toasts = useToasts();
  const [text, setText] = createKeptText("docket-entry");
  const entry = createMemo(() => parseEntry(text()));
  const results = createMemo(() => {
    const asked = entry();
    const index = valueOr(products(), undefined);
    return asked.kind === "product" && index !== undefined
      ? searchProducts(index, asked.text, resultsMax)
      : [];
  });
  const add = async (product: KnownProduct, quantity: number | undefined) => {
    const added = await actions.addProduct(product, quantity);
    if (added === undefined) return;
    props.onAdded(added.lineId);
    const count = workspace.format().number(added.quantity);
    if (added.raised) toasts.show({ text: words.raised(count, added.name) });
    else toasts.announce(words.added(count, added.name));
  };
  const adjust = async (by: number) => {
    const lineId = await actions.adjustLast(by);
    if (lineId === undefined) toasts.show({ text: words.nothingToAdjust });
    else props.onAdded(lineId);
  };
  /** Empties the line for what comes next; what could not be done is put back, if nothing has come. */
  const doing = (work: Promise<void>) => {
    const typed = text();
    setText("");
    const putBack = (error: unknown) => {
      if (text() === "") setText(typed);
      throw error;
    };
    act(work.catch(putBack));
  };
  const choose = (product: KnownProduct | undefined) => {
    const asked = entry();
    if (asked.kind === "nothing") return;
    if (asked.kind === "adjust") {
      doing(adjust(asked.by));
    } else if (product !== undefined) {
      doing(add(product, asked.quantity));
    } else {
      toasts.announce(nothing() ?? "");
    }
  };
  const searched = () => {
    const asked = entry();
    return asked.kind === "product" ? asked.text : "";
  };
  const nothing = () => {
    const asked = entry();
    if (asked.kind !== "product") return undefined;
    return asked.text === "" ? words.quantityFirst : words.noProductMatch(asked.text);
  };
  return (
    <Suggest
      label={words.entry}
      hint={words.entryHint}
      placeholder={words.entryPlaceholder}
      listLabel={words.results}
      value={text()}
      onInput={setText}
      items={results()}
      onChoose={choose}
      onEscape={() => setText("")}
      nothing={nothing()}
      inputRef={(input) => props.focusRef(() => input.focus())}
      render={(product) => (
        <span class="option">
          <ProductOption product={product} typed={searched()}>
            <StockEstimate sku={product.sku} />
          </ProductOption>
          <span class="figure strong">{workspace.format().money(product.priceMinor)}</span>
        </span>
      )}
    />
  );
}
