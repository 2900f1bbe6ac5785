import { A } from "@solidjs/router";
import { createMemo, createSignal, For, lazy, Show, Suspense } from "solid-js";
import type { StandingLine } from "../../domain/order/order-line.ts";
import { Button } from "../design/Button.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { aheadParts, lineAnswerWords, stockAnswerWords as words } from "./stock-answer-words.ts";

/** Most lines are never short, so the dialog is loaded when somebody asks. */
const ShortDialog = lazy(() =>
  import("./ShortDialog.tsx").then((loaded) => ({ default: loaded.ShortDialog })),
);

/** What inventory says to one line, and a way to choose where it is short. A line that nobody counts says nothing. */
export function LineStock(props: { readonly line: StandingLine }) {
  const { view, stock, answerTo } = useOrder();
  const workspace = useWorkspace();
  const [choosing, setChoosing] = createSignal(false);
  const isUpdating = () => {
    const said = stock()?.answer;
    return said?.status === "answered" && said.updating;
  };
  const answer = createMemo(() => answerTo(props.line.lineId));
  const mayChoose = () =>
    view()?.order.status === "placed" && view()?.readOnly === false && workspace.may("line-back-ordered");
  return (
    <Show when={answer()}>
      {(line) => (
        <div class="line-stock" data-tone={line().short === 0 ? "good" : line().waited ? "plain" : "wait"}>
          <p class="small">
            {lineAnswerWords(line(), workspace.format())}
            <For each={line().waited ? [] : aheadParts(line().ahead, workspace.format())}>
              {(part) => (
                <Show when={part.order} fallback={part.text}>
                  {(order) => <A href={`/orders/${order()}`}>{part.text}</A>}
                </Show>
              )}
            </For>
            <Show when={isUpdating()}>
              <span class="soft"> · {words.updating}</span>
            </Show>
          </p>
          <Show when={line().short > 0 && mayChoose()}>
            <Button
              variant={line().waited ? "quiet" : "secondary"}
              aria-label={words.choose(props.line.name)}
              onClick={() => setChoosing(true)}
            >
              {line().waited ? words.chooseAgain : words.chooseBrief}
            </Button>
          </Show>
          <Show when={choosing()}>
            <Suspense>
              <ShortDialog line={props.line} answer={line()} onClose={() => setChoosing(false)} />
            </Suspense>
          </Show>
        </div>
      )}
    </Show>
  );
}
