import { createMemo } from "solid-js";
import { holdsText } from "../../device/search/holds-text.ts";
import { quantityMax } from "../../domain/order/order-limits.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { isCodeOfFigures, parseEntry } from "../catalogue/entry-text.ts";
import { ProductOption } from "../catalogue/ProductOption.tsx";
import { Suggest } from "../design/Suggest.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { createKeptText } from "../faults/kept-text.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { findExact, searchProducts } from "../workspace/product-search.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { Added } from "./added.ts";
import { orderWords as words } from "./order-words.ts";
import { StockEstimate } from "./StockEstimate.tsx";
import type { Adding } from "./use-adding.ts";

const resultsMax = 8;

/** What the screen may do with its entry box. */
export interface EntryHandle {
  readonly focus: () => void;
  readonly text: () => string;
  /** The quantity where nothing but one is there (`12*`): for what is scanned next. It is taken out. */
  readonly takeQuantity: () => number | undefined;
  /**
   * Adds what is there, where it can only mean one thing, and it becomes exactly what was typed. Else it stays and the
   * answer is false; `why` says in words what is in the way.
   */
  readonly settle: () => Promise<{ readonly settled: boolean; readonly why?: string }>;
}

/** One line for everything: search, scan, quantity. Enter adds and moves on. */
export function EntryBox(props: {
  readonly adding: Adding;
  /** A code that was read into the box too slowly for a scan, and that is not known or belongs to several. */
  readonly onCode: (code: string) => void;
  readonly handle: (handle: EntryHandle) => void;
}) {
  const workspace = useWorkspace();
  const products = useCatalogue().products();
  const toasts = useToasts();
  const [text, setText] = createKeptText("docket-entry");
  const entry = createMemo(() => parseEntry(text()));
  const index = () => valueOr(products(), undefined);
  const results = createMemo(() => {
    const asked = entry();
    const known = index();
    return asked.kind === "product" && known !== undefined
      ? searchProducts(known, asked.text, resultsMax)
      : [];
  });
  const exact = createMemo(() => {
    const asked = entry();
    const known = index();
    return asked.kind === "product" && known !== undefined ? findExact(known, asked.text) : [];
  });
  /** Empties the box and does it; if it could not be done, the text is put back, unless something else was typed. */
  const doing = async (work: () => Promise<Added | undefined>): Promise<Added | undefined> => {
    const typed = text();
    setText("");
    let added: Added | undefined;
    try {
      added = await work();
    } finally {
      if (added === undefined && text() === "") setText(typed);
    }
    return added;
  };
  const choose = (product: KnownProduct | undefined) => {
    const asked = entry();
    if (asked.kind === "nothing") return;
    if (asked.kind === "no-quantity") {
      toasts.show({ text: notAQuantity() });
    } else if (asked.kind === "adjust") {
      act(doing(() => props.adding.adjustLast(asked.by)));
    } else if (product !== undefined) {
      act(doing(() => props.adding.add(product, asked.quantity)));
    } else if (exact().length > 1 || (results().length === 0 && isReady() && isCodeOfFigures(asked.text))) {
      setText(asked.quantity === undefined ? "" : `${asked.quantity}*`);
      props.onCode(asked.text);
    } else {
      toasts.announce(nothing() ?? "");
    }
  };
  const searched = () => {
    const asked = entry();
    return asked.kind === "product" ? asked.text : "";
  };
  const isReady = () => products().status !== "loading";
  const notAQuantity = () => words.notAdded["out-of-range"](workspace.format().number(quantityMax));
  const nothing = () => {
    const asked = entry();
    if (asked.kind !== "product") return undefined;
    if (!isReady()) return words.productsLoading;
    return asked.text === "" ? words.quantityFirst : words.noProductMatch(asked.text);
  };
  /**
   * The only thing that a text can mean: the one with exactly this code, or the only one with all of its words as
   * typed.
   */
  const onlyMeant = (typed: string): KnownProduct | undefined => {
    const meant = exact().length > 0 ? exact() : results();
    const [only] = meant;
    if (only === undefined || meant.length > 1) return undefined;
    return exact().length > 0 || holdsText(typed)(`${only.name} ${only.sku}`) ? only : undefined;
  };
  const settle = async (): Promise<{ readonly settled: boolean; readonly why?: string }> => {
    const asked = entry();
    if (asked.kind === "nothing") return { settled: true };
    const only = asked.kind === "product" ? onlyMeant(asked.text) : undefined;
    const work =
      asked.kind === "adjust"
        ? () => props.adding.adjustLast(asked.by)
        : asked.kind === "product" && only !== undefined
          ? () => props.adding.add(only, asked.quantity)
          : undefined;
    if (work === undefined) return { settled: false, why: words.stillTyped(text().trim()) };
    const added = await doing(work);
    if (added === undefined) return { settled: false };
    return added.raised ? { settled: false, why: words.notAsTyped } : { settled: true };
  };
  const takeQuantity = () => {
    const asked = entry();
    if (asked.kind !== "product" || asked.text !== "" || asked.quantity === undefined) return undefined;
    setText("");
    return asked.quantity;
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
      unmarked={exact().length > 1}
      onEscape={() => setText("")}
      nothing={nothing()}
      inputRef={(input) => props.handle({ focus: () => input.focus(), text, takeQuantity, settle })}
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
