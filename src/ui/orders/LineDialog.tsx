import { createSignal, Show } from "solid-js";
import { seenAfter } from "../../domain/field-changes.ts";
import type { OrderCommand } from "../../domain/order/order-commands.ts";
import { quantityMax } from "../../domain/order/order-limits.ts";
import type { OrderLine } from "../../domain/order/order-line.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { TextField } from "../design/Field.tsx";
import { FigureField } from "../design/FigureField.tsx";
import { IconTrash } from "../design/icons.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { conflictsIn } from "../workspace/conflicts-in.ts";
import { valueOr } from "../workspace/create-live.ts";
import { findBySku } from "../workspace/product-search.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { allowedQuantity } from "./allowed-quantity.ts";
import { Keypad } from "./Keypad.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";

/**
 * One line in full: quantity by keypad or keyboard, discount, note, taking it off. `line` is as it was seen; saving
 * goes from there, or from what was told.
 */
export function LineDialog(props: { readonly line: OrderLine; readonly onClose: () => void }) {
  const format = useWorkspace().format;
  const { actions } = useOrder();
  const toasts = useToasts();
  const products = useCatalogue().products();
  const [quantity, setQuantity] = createSignal<number | undefined>(props.line.quantity);
  const [discountBps, setDiscountBps] = createSignal<number | undefined>(props.line.discountBps);
  const [note, setNote] = createSignal(props.line.note);
  let seen = props.line;
  const [busy, setBusy] = createSignal(false);
  // A thumb gets keys of our own; the system's keyboard would lie over them.
  const coarse = matchMedia("(pointer: coarse)").matches;
  const product = () => findBySku(valueOr(products(), undefined), props.line.sku);
  const quantityError = () => {
    const wanted = quantity();
    if (wanted === undefined || wanted < 1 || wanted > quantityMax) return words.quantityWrong;
    const sold = product();
    if (sold === undefined || wanted === props.line.quantity) return undefined;
    const up = allowedQuantity(sold, wanted);
    if (up === wanted) return undefined;
    const down = Math.max(sold.minQuantity, up - sold.stepQuantity);
    return down === up
      ? words.quantityBelowMin(format().number(up))
      : words.quantityOffStep(format().number(down), format().number(up));
  };
  const discountError = () => ((discountBps() ?? 20_000) > 10_000 ? words.discountWrong : undefined);
  const hint = () => {
    const sold = product();
    if (sold === undefined || (sold.minQuantity === 1 && sold.stepQuantity === 1)) return undefined;
    return words.quantityHint(format().number(sold.minQuantity), format().number(sold.stepQuantity));
  };
  const save = async () => {
    const wanted = quantity();
    if (busy() || quantityError() !== undefined || discountError() !== undefined) return;
    setBusy(true);
    let done = true;
    try {
      if (wanted !== undefined && !(await actions.isMeant(props.line, wanted))) return;
      for (const command of changesOf(seen, wanted, discountBps(), note().trim())) {
        const handled = await actions.send(command);
        seen = seenAfter(seen, conflictsIn(handled));
        done = isDone(handled) && done;
      }
    } finally {
      setBusy(false);
    }
    if (done) props.onClose();
  };
  const remove = async () => {
    const { line } = props;
    props.onClose();
    const handled = await actions.removeLine(line);
    if (!isDone(handled)) return;
    const undo = () => {
      act(actions.restoreLine(line));
    };
    toasts.show({ text: words.removed(line.name), action: { label: words.undo, run: undo } });
  };
  return (
    <Dialog open title={props.line.name} onClose={props.onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act(save());
        }}
      >
        <FigureField
          label={words.quantity}
          hint={hint()}
          error={quantityError()}
          value={quantity()}
          onInput={setQuantity}
          parse={format().parseNumber}
          print={format().number}
          wrong={words.quantityWrong}
          inputMode={coarse ? "none" : "numeric"}
          focused
        />
        <Show when={coarse}>
          <Keypad value={quantity()} onInput={setQuantity} />
        </Show>
        <div class="fields">
          <FigureField
            label={words.discount}
            error={discountError()}
            value={discountBps()}
            onInput={setDiscountBps}
            parse={format().parsePercent}
            print={format().percentAmount}
            wrong={words.discountWrong}
          />
          <TextField label={words.lineNote} value={note()} onInput={setNote} maxLength={4000} optional />
        </div>
        <div class="dialog-actions">
          <Button icon={IconTrash} onClick={() => act(remove())}>
            {words.remove}
          </Button>
          <Button type="submit" variant="primary" busy={busy()}>
            {words.saveLine}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function changesOf(
  line: OrderLine,
  quantity: number | undefined,
  discountBps: number | undefined,
  note: string,
): readonly OrderCommand[] {
  const { lineId } = line;
  const commands: OrderCommand[] = [];
  if (quantity !== undefined && quantity !== line.quantity) {
    commands.push({ type: "set-quantity", data: { lineId, from: line.quantity, to: quantity } });
  }
  if (discountBps !== undefined && discountBps !== line.discountBps) {
    commands.push({ type: "set-line-discount", data: { lineId, from: line.discountBps, to: discountBps } });
  }
  if (note !== line.note)
    commands.push({ type: "set-line-note", data: { lineId, from: line.note, to: note } });
  return commands;
}
