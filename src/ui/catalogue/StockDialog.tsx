import { createSignal } from "solid-js";
import { stockMax } from "../../domain/stock/stock.ts";
import { findStockStream } from "../../domain/stream-key.ts";
import { newId } from "../../protocol/ids.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { FigureField } from "../design/FigureField.tsx";
import { act } from "../faults/act.ts";
import { isDone } from "../workspace/use-send.ts";
import { useFormat } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { useSave } from "./use-save.ts";

const words = catalogueWords.stock;

/** A product whose stock is counted or received. */
export interface StockTask {
  readonly kind: "count" | "receive";
  readonly sku: string;
  readonly name: string;
}

/** Asks for one figure: what was counted, or what came in. */
export function StockDialog(props: { readonly task: StockTask | undefined; readonly onClose: () => void }) {
  const title = () => {
    if (props.task === undefined) return "";
    return props.task.kind === "count"
      ? words.countTitle(props.task.name)
      : words.receiveTitle(props.task.name);
  };
  return (
    <Dialog open={props.task !== undefined} title={title()} onClose={props.onClose}>
      {props.task && <StockForm task={props.task} onClose={props.onClose} />}
    </Dialog>
  );
}

function StockForm(props: { readonly task: StockTask; readonly onClose: () => void }) {
  const format = useFormat();
  const save = useSave();
  const commandId = newId();
  const [quantity, setQuantity] = createSignal<number>();
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const counting = () => props.task.kind === "count";
  const parse = (text: string) => {
    const value = format().parseNumber(text);
    return value !== undefined && value >= (counting() ? 0 : 1) && value <= stockMax ? value : undefined;
  };
  const submit = async () => {
    setChecked(true);
    const { sku, name } = props.task;
    const value = quantity();
    const stream = findStockStream(sku);
    if (value === undefined || stream === undefined || busy()) return;
    setBusy(true);
    const data = { sku, quantity: value };
    const command = counting()
      ? ({ type: "count-stock", data } as const)
      : ({ type: "receive-stock", data } as const);
    const said = (counting() ? words.counted : words.received)(name, format().number(value));
    const handled = await save({ id: commandId, stream, command }, said).finally(() => setBusy(false));
    if (isDone(handled)) props.onClose();
  };
  const wrong = () => (counting() ? words.wrong : words.wrongReceive);
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        act(submit());
      }}
    >
      <FigureField
        label={counting() ? words.countLabel : words.receiveLabel}
        hint={counting() ? words.countHint : words.receiveHint}
        value={quantity()}
        onInput={setQuantity}
        parse={parse}
        print={(value) => format().number(value)}
        wrong={wrong()}
        error={checked() && quantity() === undefined ? wrong() : undefined}
        inputMode="numeric"
        focused
      />
      <div class="dialog-actions">
        <Button onClick={() => props.onClose()}>{catalogueWords.cancel}</Button>
        <Button type="submit" variant="primary" busy={busy()}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}
