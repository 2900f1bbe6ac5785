import { ProductOption } from "../catalogue/ProductOption.tsx";
import { Suggest } from "../design/Suggest.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { orderWords as words } from "./order-words.ts";
import { StockEstimate } from "./StockEstimate.tsx";
import type { Adding } from "./use-adding.ts";
import { type Settled, useEntry } from "./use-entry.ts";

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
  readonly settle: () => Promise<Settled>;
}

/** One line for everything: search, scan, quantity. Enter adds and moves on. */
export function EntryBox(props: {
  readonly adding: Adding;
  /** A code that was read into the box too slowly for a scan, and that is not known or belongs to several. */
  readonly onCode: (code: string) => void;
  readonly handle: (handle: EntryHandle) => void;
}) {
  const workspace = useWorkspace();
  const { text, setText, asked, matches, nothing, choose, takeQuantity, settle } = useEntry({
    adding: props.adding,
    onCode: (code) => props.onCode(code),
  });
  return (
    <Suggest
      label={words.entry}
      hint={words.entryHint}
      placeholder={words.entryPlaceholder}
      listLabel={words.results}
      value={text()}
      onInput={setText}
      items={matches.results()}
      onChoose={choose}
      unmarked={matches.exact().length > 1}
      onEscape={() => setText("")}
      nothing={nothing()}
      inputRef={(input) => props.handle({ focus: () => input.focus(), text, takeQuantity, settle })}
      render={(product) => (
        <span class="option">
          <ProductOption product={product} typed={asked()}>
            <StockEstimate sku={product.sku} />
          </ProductOption>
          <span class="figure strong">{workspace.format().money(product.priceMinor)}</span>
        </span>
      )}
    />
  );
}
