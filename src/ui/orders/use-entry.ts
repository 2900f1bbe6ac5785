import { type Accessor, createMemo } from "solid-js";
import { holdsText } from "../../device/search/holds-text.ts";
import { quantityMax } from "../../domain/order/order-limits.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { createProductMatches, type ProductMatches } from "../catalogue/create-product-matches.ts";
import { type Entry, isCodeOfFigures, parseEntry } from "../catalogue/entry-text.ts";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { createKeptText } from "../faults/kept-text.ts";
import { useFormat } from "../workspace/workspace-context.tsx";
import type { Added } from "./added.ts";
import { orderWords as words } from "./order-words.ts";
import type { Adding } from "./use-adding.ts";

/** What the entry line needs of its screen. */
interface EntryParts {
  readonly adding: Adding;
  /** Takes a code that was read too slowly for a scan, and that is not known or belongs to several. */
  readonly onCode: (code: string) => void;
}

/** The entry line: what is typed, what it may mean, and what is done with it. */
interface EntryLine {
  readonly text: Accessor<string>;
  readonly setText: (text: string) => void;
  /** The product that is asked for, without its quantity. */
  readonly asked: Accessor<string>;
  readonly matches: ProductMatches;
  /** Why there are no matches. */
  readonly nothing: () => string | undefined;
  /** Enter, with the product that is marked. */
  readonly choose: (product: KnownProduct | undefined) => void;
  readonly takeQuantity: () => number | undefined;
  readonly settle: () => Promise<Settled>;
}

/** Whether a text is on the order, exactly as it was typed; `why` says in words what is in the way. */
export interface Settled {
  readonly settled: boolean;
  readonly why?: string;
}

/** What is typed into the entry line comes to a product of the order, to a change of its last line, or to a word why not. */
export function useEntry({ adding, onCode }: EntryParts): EntryLine {
  const format = useFormat();
  const toasts = useToasts();
  const [text, setText] = createKeptText("docket-entry");
  const entry = createMemo(() => parseEntry(text()));
  const asked = () => askedIn(entry());
  const matches = createProductMatches(asked);
  const doing = (work: () => Promise<Added | undefined>) => emptied(text, setText, work);
  const nothing = () => {
    if (entry().kind !== "product") return undefined;
    if (!matches.isReady()) return words.productsLoading;
    return asked() === "" ? words.quantityFirst : words.noProductMatch(asked());
  };
  const choose = (product: KnownProduct | undefined) => {
    const typed = entry();
    if (typed.kind === "nothing") return;
    if (typed.kind === "no-quantity") {
      toasts.show({ text: words.notAdded["out-of-range"](format().number(quantityMax)) });
    } else if (typed.kind === "adjust") {
      act(doing(() => adding.adjustLast(typed.by)));
    } else if (product !== undefined) {
      act(doing(() => adding.add(product, typed.quantity)));
    } else if (isCode(typed.text, matches)) {
      setText(typed.quantity === undefined ? "" : `${typed.quantity}*`);
      onCode(typed.text);
    } else {
      toasts.announce(nothing() ?? "");
    }
  };
  const settle = async (): Promise<Settled> => {
    const typed = entry();
    if (typed.kind === "nothing") return { settled: true };
    const work = onlyWork(typed, matches, adding);
    if (work === undefined) return { settled: false, why: words.stillTyped(text().trim()) };
    const added = await doing(work);
    if (added === undefined) return { settled: false };
    return added.raised ? { settled: false, why: words.notAsTyped } : { settled: true };
  };
  const takeQuantity = () => {
    const typed = entry();
    if (typed.kind !== "product" || typed.text !== "" || typed.quantity === undefined) return undefined;
    setText("");
    return typed.quantity;
  };
  return { text, setText, asked, matches, nothing, choose, takeQuantity, settle };
}

function askedIn(entry: Entry): string {
  return entry.kind === "product" ? entry.text : "";
}

/** Empties the line and does it; if it could not be done, the text is put back, unless something else was typed. */
async function emptied(
  text: Accessor<string>,
  setText: (text: string) => void,
  work: () => Promise<Added | undefined>,
): Promise<Added | undefined> {
  const typed = text();
  setText("");
  let added: Added | undefined;
  try {
    added = await work();
  } finally {
    if (added === undefined && text() === "") setText(typed);
  }
  return added;
}

/** Whether a text is a code that nobody has, or that several have. */
function isCode(text: string, { exact, results, isReady }: ProductMatches): boolean {
  return exact().length > 1 || (results().length === 0 && isReady() && isCodeOfFigures(text));
}

/** The only thing that can be done with an entry; undefined where it may mean several, or none. */
function onlyWork(
  entry: Entry,
  matches: ProductMatches,
  adding: Adding,
): (() => Promise<Added | undefined>) | undefined {
  if (entry.kind === "adjust") return () => adding.adjustLast(entry.by);
  const only = entry.kind === "product" ? onlyMeant(entry.text, matches) : undefined;
  return only && entry.kind === "product" ? () => adding.add(only, entry.quantity) : undefined;
}

/**
 * The only product that a text can mean: the one with exactly this code, or the only one with all of its words as
 * typed.
 */
function onlyMeant(typed: string, { exact, results }: ProductMatches): KnownProduct | undefined {
  const meant = exact().length > 0 ? exact() : results();
  const [only] = meant;
  if (only === undefined || meant.length > 1) return undefined;
  return exact().length > 0 || holdsText(typed)(`${only.name} ${only.sku}`) ? only : undefined;
}
