import { createSignal, Show } from "solid-js";
import { Filters } from "../design/Filters.tsx";
import { Notice } from "../design/Notice.tsx";
import { Page } from "../design/Page.tsx";
import { OpenQuestions } from "../design/Questions.tsx";
import { Suggest } from "../design/Suggest.tsx";
import { act } from "../faults/act.ts";
import { ScanNotesList } from "../scan/ScanNotesList.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { ProductOption } from "./ProductOption.tsx";
import "./catalogue.css";
import { catalogueWords } from "./catalogue-words.ts";
import type { StockMode } from "./stock-entry.ts";
import { useStockBox } from "./use-stock-box.ts";
import { notesPlace } from "./use-stock-scans.ts";
import { useWritten } from "./use-written.ts";
import { type Written, WrittenList } from "./WrittenList.tsx";

const words = catalogueWords.stockEntry;
const back = { href: "/stock", label: words.back };

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
  const [mode, setMode] = createSignal<StockMode>("receive");
  const written = useWritten();
  let input: HTMLInputElement | undefined;
  const box = useStockBox({ mode, input: () => input, save: written.save });
  const undo = async (entry: Written) => {
    if (await written.undo(entry)) input?.focus();
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
          value={box.text()}
          onInput={box.type}
          items={box.results()}
          nothing={box.fault() === undefined && box.text() !== "" ? words.unknown(box.text()) : undefined}
          onChoose={box.choose}
          unmarked={box.isShared()}
          onEscape={() => box.type("")}
          inputRef={(element) => {
            input = element;
            queueMicrotask(() => element.focus());
          }}
          render={(product) => (
            <span class="option">
              <ProductOption product={product} typed={box.asked()} />
              <span class="figure">{written.onHand(product.sku)}</span>
            </span>
          )}
        />
        <Show when={box.fault()}>{(why) => <p class="suggest-nothing">{why()}</p>}</Show>
        <ScanNotesList place={notesPlace} />
      </div>
      <WrittenList written={written.all()} onHand={written.onHand} onUndo={(entry) => act(undo(entry))} />
      <OpenQuestions questions={box.questions} />
    </>
  );
}
