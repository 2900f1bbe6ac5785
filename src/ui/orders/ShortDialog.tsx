import { createMemo, createSignal, For, Show } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import type { LineAnswer } from "../../device/views/stock-answer.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { ProductOption } from "../catalogue/ProductOption.tsx";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { Suggest } from "../design/Suggest.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { searchProducts } from "../workspace/product-search.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CancelDialog } from "./OrderMenu.tsx";
import { useOrder } from "./order-context.tsx";
import { StockEstimate } from "./StockEstimate.tsx";
import { type ShortChoice, shortChoices, shortCommand, substituteLine } from "./short-choices.ts";
import { aheadParts, lineAnswerWords, stockAnswerWords } from "./stock-answer-words.ts";

const words = stockAnswerWords.dialog;

/**
 * What happens to a line that is short. Line and answer are as they were when it was opened: an answer that changes
 * underneath changes no button that a thumb is on its way to. What is chosen is one command, with or without a network.
 */
export function ShortDialog(props: {
  readonly line: OrderLine;
  readonly answer: LineAnswer;
  readonly onClose: () => void;
}) {
  const { view, actions } = useOrder();
  const toasts = useToasts();
  const format = useWorkspace().format;
  const { line, answer } = { line: props.line, answer: props.answer };
  const isLast = (view()?.order.lines.length ?? 0) === 1;
  const commandId = uuidv7();
  const [step, setStep] = createSignal<"choose" | "substitute" | "cancel">("choose");
  const choose = async (choice: ShortChoice) => {
    if (choice === "substitute" || choice === "cancel") {
      setStep(choice);
      return;
    }
    const handled = await actions.send(shortCommand(choice, line, answer), commandId);
    if (!isDone(handled)) return;
    props.onClose();
    const { done } = stockAnswerWords;
    if (choice === "take") toasts.show({ text: done.took(line.name, format().number(answer.reserved)) });
    if (choice === "wait") toasts.show({ text: done.waits(line.name, format().number(answer.short)) });
  };
  const text = (choice: ShortChoice) => choiceWords(choice, answer, format().number);
  return (
    <Show when={step() !== "cancel"} fallback={<CancelDialog onClose={() => props.onClose()} />}>
      <Dialog open title={words.title(line.name)} onClose={props.onClose}>
        <p>
          {lineAnswerWords(answer, format())}
          {aheadParts(answer.ahead, format())
            .map((part) => part.text)
            .join("")}
        </p>
        <Show
          when={step() === "choose"}
          fallback={
            <Substitute
              line={line}
              onBack={() => setStep("choose")}
              onChosen={async (product) => {
                const other = substituteLine(product, line, uuidv7());
                const command = {
                  type: "substitute-line",
                  data: { lineId: line.lineId, line: other },
                } as const;
                if (!isDone(await actions.send(command, commandId))) return;
                props.onClose();
                toasts.show({ text: stockAnswerWords.done.substituted(line.name, product.name) });
              }}
            />
          }
        >
          <ul class="choices">
            <For each={shortChoices(answer, isLast)}>
              {(choice) => (
                <li>
                  <button class="choice" type="button" onClick={() => act(choose(choice))}>
                    <span class="strong">{text(choice).name}</span>
                    <span class="soft small">{text(choice).text}</span>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </Dialog>
    </Show>
  );
}

function Substitute(props: {
  readonly line: OrderLine;
  readonly onBack: () => void;
  readonly onChosen: (product: KnownProduct) => Promise<void>;
}) {
  const format = useWorkspace().format;
  const products = useCatalogue().products();
  const [text, setText] = createSignal("");
  const found = createMemo(() => {
    const index = valueOr(products(), undefined);
    if (index === undefined) return [];
    return searchProducts(index, text(), resultsMax + 1)
      .filter(({ sku }) => sku !== props.line.sku)
      .slice(0, resultsMax);
  });
  return (
    <div class="stack substitute">
      <Suggest
        label={words.search}
        hint={words.searchHint}
        listLabel={words.found}
        value={text()}
        onInput={setText}
        items={found()}
        nothing={text().trim() === "" ? undefined : words.none(text())}
        onChoose={(product) => product && act(props.onChosen(product))}
        inputRef={(input) => queueMicrotask(() => input.focus())}
        render={(product) => (
          <span class="option">
            <ProductOption product={product} typed={text()}>
              <StockEstimate sku={product.sku} />
            </ProductOption>
            <span class="figure strong">{format().money(product.priceMinor)}</span>
          </span>
        )}
      />
      <div class="dialog-actions">
        <Button onClick={() => props.onBack()}>{words.back}</Button>
      </div>
    </div>
  );
}

const resultsMax = 5;

function choiceWords(
  choice: ShortChoice,
  answer: LineAnswer,
  number: (value: number) => string,
): { readonly name: string; readonly text: string } {
  const all = {
    take: { name: words.take(number(answer.reserved)), text: words.takeText },
    wait: { name: words.wait(number(answer.short)), text: words.waitText },
    substitute: { name: words.substitute, text: words.substituteText },
    remove: { name: words.remove, text: words.removeText },
    cancel: { name: words.cancel, text: words.cancelText },
  };
  return all[choice];
}
