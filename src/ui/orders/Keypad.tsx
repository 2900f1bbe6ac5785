import { createSignal, For } from "solid-js";
import { Button } from "../design/Button.tsx";
import { IconBackspace } from "../design/icons.tsx";
import { orderWords } from "./order-words.ts";

const figures = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const digitsMax = 7;

/** Big keys for a thumb. The first figure replaces what was there, the next ones follow it. */
export function Keypad(props: {
  readonly value: number | undefined;
  readonly onInput: (value: number | undefined) => void;
}) {
  const words = orderWords.keypad;
  const [started, setStarted] = createSignal(false);
  const put = (text: string) => {
    setStarted(true);
    props.onInput(text === "" ? undefined : Number(text.slice(0, digitsMax)));
  };
  const type = (figure: string) =>
    put(`${started() && props.value !== undefined ? props.value : ""}${figure}`);
  return (
    <div class="keypad">
      <For each={figures}>{(figure) => <Button onClick={() => type(figure)}>{figure}</Button>}</For>
      <Button onClick={() => put("")}>{words.clear}</Button>
      <Button onClick={() => type("0")}>0</Button>
      <Button
        aria-label={words.back}
        icon={IconBackspace}
        onClick={() => put(String(props.value ?? "").slice(0, -1))}
      />
    </div>
  );
}
