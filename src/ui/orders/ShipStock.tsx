import { For, Match, Switch } from "solid-js";
import { Notice } from "../design/Notice.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { orderListWords } from "./order-list-words.ts";
import { stockAnswerWords } from "./stock-answer-words.ts";

const words = stockAnswerWords.ship;

/** Before an order is marked as shipped: which lines are short, and what will be booked out of stock. */
export function ShipStock() {
  const { view, stock } = useOrder();
  const format = useWorkspace().format;
  const answered = () => {
    const answer = stock()?.answer;
    return answer?.status === "answered" ? answer : undefined;
  };
  const lines = () =>
    (answered()?.lines ?? []).map((line) => ({
      ...line,
      name: view()?.order.lines.find(({ lineId }) => lineId === line.lineId)?.name ?? "",
    }));
  const short = () => lines().filter((line) => line.short > 0);
  return (
    <Switch>
      <Match when={short().length > 0}>
        <Notice tone="wait" title={words.shortTitle(orderListWords.lines(short().length, format()))}>
          <ul>
            <For each={short()}>
              {({ name, reserved, wanted }) => (
                <li>{words.line(name, format().number(reserved), format().number(wanted))}</li>
              )}
            </For>
          </ul>
          <p>{answered()?.updating ? words.unanswered : words.booked}</p>
        </Notice>
      </Match>
      <Match when={stock()?.answer.status === "awaited" || answered()?.updating}>
        <p class="soft">{words.unanswered}</p>
      </Match>
      <Match when={lines().length > 0}>
        <p class="soft">{words.whole(orderListWords.lines(lines().length, format()))}</p>
      </Match>
    </Switch>
  );
}
