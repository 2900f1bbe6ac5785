import { createEffect, createMemo, createSignal, For, Show } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { StockView } from "../../device/views/stock-figures.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { findSkuId, type StreamKey } from "../../domain/stream-key.ts";
import { Button } from "../design/Button.tsx";
import { Filters } from "../design/Filters.tsx";
import { List } from "../design/List.tsx";
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
import { readStockEntry, readStockScan, type StockMode, undoStockEntry } from "./stock-entry.ts";

const words = catalogueWords.stockEntry;
const back = { href: "/stock", label: words.back };
const resultsMax = 8;
/** Whom scans belong to that came to nothing here. */
const notesPlace = "stock";

/** What was written down while this screen is open, the newest first. */
interface Written {
  readonly id: string;
  readonly mode: StockMode;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly stream: StreamKey;
  readonly before: StockView | undefined;
  readonly undone: boolean;
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
  const take = (product: KnownProduct) => {
    const { entry, unsaved } = readStockScan(text(), product.sku);
    tones.play(unsaved === undefined ? "added" : "unknown");
    if (unsaved !== undefined) notes.note({ place: notesPlace, code: unsaved, kind: "not-saved" });
    type(entry);
    input?.focus();
    choose(product);
  };
  const onScan = (code: string) => {
    const found = exactOf(code);
    const [only] = found;
    if (products().status === "loading") {
      early = [...early, code];
      toasts.announce(scanWords.notReady(code));
    } else if (only === undefined) {
      tones.play("unknown");
      tellNothing(code, "unknown");
    } else if (found.length === 1) {
      take(only);
    } else {
      act(ask(code, found));
    }
  };
  const ask = async (code: string, found: readonly KnownProduct[]) => {
    tones.play("ambiguous");
    const answers = found.map((product) => ({ label: product.name, detail: product.sku, value: product }));
    const chosen = await questions.ask({ ...scanWords.which(code), answers, list: true });
    if (chosen === undefined) tellNothing(code, "undecided");
    else take(chosen);
  };
  const tellNothing = (code: string, kind: "unknown" | "undecided") => {
    notes.note({ place: notesPlace, code, kind });
    if (toasts.covered()) toasts.show({ text: scanWords.told(code, scanWords.why[kind]), tone: "bad" });
    else input?.focus();
  };
  // What is scanned before the products are read waits for them.
  let early: string[] = [];
  createEffect(() => {
    if (products().status === "loading" || early.length === 0) return;
    const codes = early;
    early = [];
    for (const code of codes) onScan(code);
  });
  const questions = createQuestions();
  const notes = useScanNotes();
  const onUnreadable = () => {
    tones.play("unknown");
    toasts.show({ text: scanWords.unreadable, tone: "bad" });
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
  /** Only the newest word on a product can be taken back: an older one is what the newer one was written after. */
  const isNewest = (entry: Written) => written().find(({ sku }) => sku === entry.sku)?.id === entry.id;
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
      <Show when={written().length > 0} fallback={<p class="soft">{words.none}</p>}>
        <List label={words.written}>
          <For each={written()}>
            {(entry) => (
              <li class="stock-row" data-undone={entry.undone ? "" : undefined}>
                <span class="stock-row-name">
                  <span class="list-row-title">{entry.name}</span>
                  <span class="list-row-sub">
                    {entry.sku} · {words.did[entry.mode](number(entry.quantity))}
                    <Show when={entry.undone}> · {words.takenBack}</Show>
                  </span>
                </span>
                <span class="figure strong">{onHand(entry.sku)}</span>
                <Show when={!entry.undone && isNewest(entry)}>
                  <Button aria-label={words.undo(entry.name)} onClick={() => act(undo(entry))}>
                    {catalogueWords.undo}
                  </Button>
                </Show>
              </li>
            )}
          </For>
        </List>
      </Show>
      <OpenQuestions questions={questions} />
    </>
  );

  function onHand(sku: string): string {
    const known = stock().get(findSkuId(sku) ?? "");
    return known === undefined ? catalogueWords.stock.unknown : words.onHand(number(known.onHand));
  }
}
