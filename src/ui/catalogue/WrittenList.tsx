import { For, Show } from "solid-js";
import type { StockView } from "../../device/views/stock-figures.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import { Button } from "../design/Button.tsx";
import { List } from "../design/List.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import type { StockMode } from "./stock-entry.ts";

const words = catalogueWords.stockEntry;

/** What was written down while this screen is open, the newest first. */
export interface Written {
  readonly id: string;
  readonly mode: StockMode;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly stream: StreamKey;
  readonly before: StockView | undefined;
  readonly undone: boolean;
}

/** What was written down: how many of what, what there is of it now, and a way back for the newest of each product. */
export function WrittenList(props: {
  readonly written: readonly Written[];
  readonly onHand: (sku: string) => string;
  readonly onUndo: (entry: Written) => void;
}) {
  const workspace = useWorkspace();
  const number = (count: number) => workspace.format().number(count);
  /** Only the newest entry of a product can be taken back: it was made on top of the older ones. */
  const isNewest = (entry: Written) => props.written.find(({ sku }) => sku === entry.sku)?.id === entry.id;
  return (
    <Show when={props.written.length > 0} fallback={<p class="soft">{words.none}</p>}>
      <List label={words.written}>
        <For each={props.written}>
          {(entry) => (
            <li class="stock-row" data-undone={entry.undone ? "" : undefined}>
              <span class="stock-row-name">
                <span class="list-row-title">{entry.name}</span>
                <span class="list-row-sub">
                  {entry.sku} · {words.did[entry.mode](number(entry.quantity))}
                  <Show when={entry.undone}> · {words.takenBack}</Show>
                </span>
              </span>
              <span class="figure strong">{props.onHand(entry.sku)}</span>
              <Show when={!entry.undone && isNewest(entry)}>
                <Button aria-label={words.undo(entry.name)} onClick={() => props.onUndo(entry)}>
                  {catalogueWords.undo}
                </Button>
              </Show>
            </li>
          )}
        </For>
      </List>
    </Show>
  );
}
