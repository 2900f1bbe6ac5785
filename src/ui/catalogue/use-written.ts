import { type Accessor, createSignal } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { KnownProduct } from "../../domain/product/product.ts";
import { findSkuId } from "../../domain/stream-key.ts";
import { useToasts } from "../design/Toasts.tsx";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { isDone, useSend } from "../workspace/use-send.ts";
import { useFormat } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { type StockEntry, undoStockEntry } from "./stock-entry.ts";
import type { Written } from "./WrittenList.tsx";

const words = catalogueWords.stockEntry;

/** What was written down while a screen is open. */
interface WrittenDown {
  /** The newest first. */
  readonly all: Accessor<readonly Written[]>;
  readonly save: (product: KnownProduct, entry: Extract<StockEntry, { outcome: "save" }>) => Promise<void>;
  /** Takes a figure back; whether that was saved. */
  readonly undo: (entry: Written) => Promise<boolean>;
  /** How many are there of a SKU, in words. */
  readonly onHand: (sku: string) => string;
}

/** Writes figures of stock down, one command each, and says so. */
export function useWritten(): WrittenDown {
  const format = useFormat();
  const send = useSend();
  const toasts = useToasts();
  const stock = useCatalogue().stock();
  const [all, setAll] = createSignal<readonly Written[]>([]);
  const number = (value: number) => format().number(value);
  const find = (sku: string) => stock().get(findSkuId(sku) ?? "");
  return {
    all,
    save: async ({ sku, name }, { stream, command, quantity }) => {
      const before = find(sku);
      if (!isDone(await send({ stream, command }))) return;
      const mode = command.type === "count-stock" ? "count" : "receive";
      const entry = { id: uuidv7(), mode, sku, name, quantity, stream, before, undone: false } as const;
      setAll((others) => [entry, ...others]);
      toasts.announce(words[mode](name, number(quantity)));
    },
    undo: async ({ id, sku, name, stream, before }) => {
      const command = undoStockEntry(sku, before);
      if (!isDone(await send({ stream, command }))) return false;
      setAll((entries) => entries.map((one) => (one.id === id ? { ...one, undone: true } : one)));
      toasts.announce(words.undone(name, number(command.data.quantity)));
      return true;
    },
    onHand: (sku) => {
      const known = find(sku);
      return known === undefined ? catalogueWords.stock.unknown : words.onHand(number(known.onHand));
    },
  };
}
