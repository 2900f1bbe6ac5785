import { type Accessor, createSignal } from "solid-js";
import type { KnownProduct } from "../../domain/product/product.ts";
import type { Questions } from "../design/Questions.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { createProductMatches } from "./create-product-matches.ts";
import { isCodeOfFigures, parseEntry } from "./entry-text.ts";
import {
  figureAlone,
  readStockEntry,
  readStockScan,
  type StockEntry,
  type StockMode,
} from "./stock-entry.ts";
import { notesPlace, useStockScans } from "./use-stock-scans.ts";

const words = catalogueWords.stockEntry;

/** What the box needs of its screen. */
interface StockBoxParts {
  readonly mode: Accessor<StockMode>;
  readonly input: () => HTMLInputElement | undefined;
  /** Writes a figure down. */
  readonly save: (product: KnownProduct, entry: Extract<StockEntry, { outcome: "save" }>) => Promise<void>;
}

/** The box in which products and figures are typed and scanned. */
interface StockBox {
  readonly text: Accessor<string>;
  readonly type: (text: string) => void;
  /** What is asked for, without its figure. */
  readonly asked: Accessor<string>;
  /** The products that may be meant, the likeliest first. */
  readonly results: Accessor<readonly KnownProduct[]>;
  /** Whether several products have exactly this code: then none of them is marked. */
  readonly isShared: Accessor<boolean>;
  /** Why the last entry was not taken. */
  readonly fault: Accessor<string | undefined>;
  /** Enter, with the product that is marked. */
  readonly choose: (product: KnownProduct | undefined) => void;
  readonly questions: Questions;
}

/** What is typed or scanned into the box comes to a figure of a product, to a question, or to a word why not. */
export function useStockBox({ mode, input, save }: StockBoxParts): StockBox {
  const toasts = useToasts();
  const notes = useScanNotes();
  const { text, type, fault, refuse } = useStockText(input);
  // What was asked for last is in the box as `*SKU` until its figure is typed before it.
  const asked = () => askedIn(text());
  const { results, exact, exactOf, isReady } = createProductMatches(asked);
  const choose = (product: KnownProduct | undefined) => {
    const read = readStockEntry(text(), product, mode(), exact().length);
    if (read.outcome === "nothing") return;
    if (read.outcome === "several") {
      const entry = parseEntry(text());
      type(entry.kind === "product" && entry.quantity !== undefined ? `${entry.quantity}*` : "");
      scans.takeCode(read.text);
    } else if (read.outcome === "unknown" && isCodeOfFigures(read.text) && isReady()) {
      type("");
      scans.takeCode(read.text);
    } else if (read.outcome === "unknown") {
      refuse(words.unknown(read.text));
    } else if (read.outcome === "wrong") {
      refuse(words.wrong);
    } else if (read.outcome === "ask") {
      type(read.text);
      queueMicrotask(() => input()?.setSelectionRange(0, 0));
      toasts.announce(words.howMany(product?.name ?? ""));
    } else if (product !== undefined) {
      type("");
      act(save(product, read));
    }
  };
  const takeFigure = () => {
    const figure = figureAlone(text());
    if (figure !== undefined) type("");
    return figure;
  };
  /** A scanned product is asked for its figure, or has it: nothing is counted by a scan alone. */
  const take = (product: KnownProduct, figure: string | undefined): boolean => {
    if (figure !== undefined && text() !== "") return takeBeside(product, figure);
    const typed = figure === undefined ? text() : `${figure}*`;
    const { entry, unsaved } = readStockScan(typed, product.sku);
    if (unsaved !== undefined) notes.note({ place: notesPlace, code: unsaved, kind: "not-saved" });
    type(entry);
    input()?.focus();
    choose(product);
    return unsaved === undefined;
  };
  /** Something else was begun in the box meanwhile: it stays. */
  const takeBeside = (product: KnownProduct, figure: string): boolean => {
    const read = readStockEntry(`${figure}*${product.sku}`, product, mode());
    if (read.outcome === "save") act(save(product, read));
    else refuse(words.wrong);
    return read.outcome === "save";
  };
  const scans = useStockScans({ exactOf, takeFigure, take, focus: () => input()?.focus() });
  return {
    text,
    type,
    asked,
    results,
    isShared: () => exact().length > 1,
    fault,
    choose,
    questions: scans.questions,
  };
}

/** What is typed in the box, and why it was not taken. */
function useStockText(input: StockBoxParts["input"]) {
  const toasts = useToasts();
  const [text, setText] = createSignal("");
  const [fault, setFault] = createSignal<string>();
  return {
    text,
    fault,
    type: (value: string) => {
      setFault(undefined);
      setText(value);
    },
    refuse: (why: string) => {
      setFault(why);
      toasts.announce(why);
      input()?.select();
    },
  };
}

function askedIn(text: string): string {
  const entry = parseEntry(text);
  return entry.kind === "product" ? entry.text.replace(/^\*/, "") : "";
}
