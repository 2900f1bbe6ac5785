import { createEffect, createMemo, createSignal, Show } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { KnownProduct } from "../../domain/product/product.ts";
import { findSkuId } from "../../domain/stream-key.ts";
import { Filters } from "../design/Filters.tsx";
import { Notice } from "../design/Notice.tsx";
import { Page } from "../design/Page.tsx";
import { createQuestions, OpenQuestions } from "../design/Questions.tsx";
import { Suggest } from "../design/Suggest.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { isCodeOfFigures, parseEntry } from "../orders/entry-text.ts";
import { ProductOption } from "../orders/ProductOption.tsx";
import { findExact, searchProducts } from "../orders/product-search.ts";
import { ScanNotesList } from "../scan/ScanNotesList.tsx";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords } from "../scan/scan-words.ts";
import { useScans } from "../scan/use-scans.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { isDone, useSend } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { act } from "../faults/act.ts";
import { catalogueWords } from "./catalogue-words.ts";
import { figureAlone, readStockEntry, readStockScan, type StockMode, undoStockEntry } from "./stock-entry.ts";
import { type Written, WrittenList } from "./WrittenList.tsx";

const words = catalogueWords.stockEntry;
const back = { href: "/stock", label: words.back };
const resultsMax = 8;
/** Whom scans belong to that came to nothing here. */
const notesPlace = "stock";

/** What was scanned, and the figure that stood for it. */
interface Scan {
  readonly code: string;
  readonly figure: string | undefined;
}

/** Counting and receiving one product after the other: scan or type it, type how many, Enter. */
export function StockEntryScreen() {
  const workspace = useWorkspace();
  return (
    <Page title={words.title} back={back} subtitle={<span class="small">{words.intro}</span>}>
      <Show
        when={workspace.may("stock-counted")}
        fallback={
          <Notice tone="wait" title={catalogueWords.notAllowed.title}>
            <p>{catalogueWords.notAllowed.text}</p>
          </Notice>
        }
      >
        <EntryForm />
      </Show>
    </Page>
  );
}

function EntryForm() {
  const workspace = useWorkspace();
  const catalogue = useCatalogue();
  const send = useSend();
  const toasts = useToasts();
  const products = catalogue.products();
  const stock = catalogue.stock();
  const [mode, setMode] = createSignal<StockMode>("receive");
  const [text, setText] = createSignal("");
  const [fault, setFault] = createSignal<string>();
  const [written, setWritten] = createSignal<readonly Written[]>([]);
  let input: HTMLInputElement | undefined;
  const number = (value: number) => workspace.format().number(value);
  const asked = () => {
    const entry = parseEntry(text());
    // What was asked for last stands as `*SKU` until its figure is typed before it.
    return entry.kind === "product" ? entry.text.replace(/^\*/, "") : "";
  };
  const results = createMemo(() => {
    const index = valueOr(products(), undefined);
    return index === undefined ? [] : searchProducts(index, asked(), resultsMax);
  });
  const type = (value: string) => {
    setFault(undefined);
    setText(value);
  };
  const exactOf = (code: string) => {
    const index = valueOr(products(), undefined);
    return index === undefined ? [] : findExact(index, code);
  };
  const exact = createMemo(() => {
    const entry = parseEntry(text());
    return entry.kind === "product" ? exactOf(entry.text.replace(/^\*/, "")) : [];
  });
  const choose = (product: KnownProduct | undefined) => {
    const read = readStockEntry(text(), product, mode(), exact().length);
    if (read.outcome === "nothing") return;
    if (read.outcome === "several") {
      const entry = parseEntry(text());
      type(entry.kind === "product" && entry.quantity !== undefined ? `${entry.quantity}*` : "");
      onScan(read.text);
    } else if (read.outcome === "unknown" && isCodeOfFigures(read.text) && products().status !== "loading") {
      type("");
      onScan(read.text);
    } else if (read.outcome === "unknown") {
      refuse(words.unknown(read.text));
    } else if (read.outcome === "wrong") {
      refuse(words.wrong);
    } else if (read.outcome === "ask") {
      type(read.text);
      queueMicrotask(() => input?.setSelectionRange(0, 0));
      toasts.announce(words.howMany(product?.name ?? ""));
    } else if (product !== undefined) {
      type("");
      act(save(product, read));
    }
  };
  /** A scanned product is asked for its figure, or has it: nothing is counted by a scan alone. */
  const take = (product: KnownProduct, figure: string | undefined) => {
    if (figure !== undefined && text() !== "") {
      // Something else was begun meanwhile: it stays.
      const read = readStockEntry(`${figure}*${product.sku}`, product, mode());
      tones.play(read.outcome === "save" ? "added" : "unknown");
      if (read.outcome === "save") act(save(product, read));
      else refuse(words.wrong);
      return;
    }
    const standing = figure === undefined ? text() : `${figure}*`;
    const { entry, unsaved } = readStockScan(standing, product.sku);
    tones.play(unsaved === undefined ? "added" : "unknown");
    if (unsaved !== undefined) notes.note({ place: notesPlace, code: unsaved, kind: "not-saved" });
    type(entry);
    input?.focus();
    choose(product);
  };
  /** A figure is for the next product that is scanned, whatever becomes of it, and never for another one. */
  const takeFigure = () => {
    const figure = figureAlone(text());
    if (figure !== undefined) type("");
    return figure;
  };
  const onScan = (code: string) => {
    const scan = { code, figure: takeFigure() };
    if (products().status === "loading") {
      early = [...early, scan];
      toasts.announce(scanWords.notReady(code));
    } else takeScan(scan);
  };
  const takeScan = (scan: Scan) => {
    const found = exactOf(scan.code);
    const [only] = found;
    if (only === undefined) {
      tones.play("unknown");
      tellNothing(scan, "unknown");
    } else if (found.length === 1) {
      take(only, scan.figure);
    } else {
      act(ask(scan, found));
    }
  };
  const ask = async (scan: Scan, found: readonly KnownProduct[]) => {
    tones.play("ambiguous");
    const answers = found.map((product) => ({ label: product.name, detail: product.sku, value: product }));
    const chosen = await questions.ask({ ...scanWords.which(scan.code), answers, list: true });
    if (chosen === undefined) tellNothing(scan, "undecided");
    else take(chosen, scan.figure);
  };
  const tellNothing = ({ code, figure }: Scan, kind: "unknown" | "undecided") => {
    notes.note({ place: notesPlace, code, kind });
    if (toasts.covered()) toasts.show({ text: scanWords.told(code, scanWords.why[kind]), tone: "bad" });
    else input?.focus();
    if (figure !== undefined) tellDropped(figure);
  };
  const tellDropped = (figure: string) =>
    toasts.show({ text: scanWords.quantityDropped(number(Number(figure))) });
  // What is scanned before the products are read waits for them.
  let early: Scan[] = [];
  createEffect(() => {
    if (products().status === "loading" || early.length === 0) return;
    const scans = early;
    early = [];
    for (const scan of scans) takeScan(scan);
  });
  const questions = createQuestions();
  const notes = useScanNotes();
  const onUnreadable = () => {
    tones.play("unknown");
    toasts.show({ text: scanWords.unreadable, tone: "bad" });
    const figure = takeFigure();
    if (figure !== undefined) tellDropped(figure);
  };
  const tones = useScans({ isKnown: (code) => exactOf(code).length > 0, onScan, onUnreadable });
  const refuse = (why: string) => {
    setFault(why);
    toasts.announce(why);
    input?.select();
  };
  const save = async (
    { sku, name }: KnownProduct,
    read: Extract<ReturnType<typeof readStockEntry>, { outcome: "save" }>,
  ) => {
    const before = stock().get(findSkuId(sku) ?? "");
    const { stream, command, quantity } = read;
    if (!isDone(await send({ stream, command }))) return;
    const entry: Written = {
      id: uuidv7(),
      mode: command.type === "count-stock" ? "count" : "receive",
      sku,
      name,
      quantity,
      stream,
      before,
      undone: false,
    };
    setWritten((all) => [entry, ...all]);
    toasts.announce(words[entry.mode](name, number(quantity)));
  };
  const undo = async (entry: Written) => {
    const command = undoStockEntry(entry.sku, entry.before);
    if (!isDone(await send({ stream: entry.stream, command }))) return;
    setWritten((all) => all.map((one) => (one.id === entry.id ? { ...one, undone: true } : one)));
    toasts.announce(words.undone(entry.name, number(command.data.quantity)));
    input?.focus();
  };
  return (
    <>
      <Filters
        segmented
        label={words.mode}
        value={mode()}
        options={[
          { value: "receive", label: words.modes.receive },
          { value: "count", label: words.modes.count },
        ]}
        onChange={(next) => {
          setMode(next);
          input?.focus();
        }}
      />
      <div class="stock-entry">
        <Suggest
          label={words.box[mode()]}
          hint={words.hint}
          placeholder={words.placeholder}
          listLabel={words.found}
          value={text()}
          onInput={type}
          items={results()}
          nothing={fault() === undefined && text() !== "" ? words.unknown(text()) : undefined}
          onChoose={choose}
          unmarked={exact().length > 1}
          onEscape={() => type("")}
          inputRef={(element) => {
            input = element;
            queueMicrotask(() => element.focus());
          }}
          render={(product) => (
            <span class="option">
              <ProductOption product={product} typed={asked()} />
              <span class="figure">{onHand(product.sku)}</span>
            </span>
          )}
        />
        <Show when={fault()}>{(why) => <p class="suggest-nothing">{why()}</p>}</Show>
        <ScanNotesList place={notesPlace} />
      </div>
      <WrittenList written={written()} onHand={onHand} onUndo={(entry) => act(undo(entry))} />
      <OpenQuestions questions={questions} />
    </>
  );

  function onHand(sku: string): string {
    const known = stock().get(findSkuId(sku) ?? "");
    return known === undefined ? catalogueWords.stock.unknown : words.onHand(number(known.onHand));
  }
}
