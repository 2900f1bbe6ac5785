import { createSignal, Show } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import { isOpen } from "../../domain/order/order-state.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { designWords } from "../design/design-words.ts";
import { TextField } from "../design/Field.tsx";
import { IconShip } from "../design/icons.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";
import { ShipStock } from "./ShipStock.tsx";

/** Cancelling, where the order is still open and this device's role may. */
export function OrderMenu() {
  const { view } = useOrder();
  const workspace = useWorkspace();
  const [open, setOpen] = createSignal(false);
  const cancellable = () => {
    const shown = view();
    return shown !== undefined && !shown.readOnly && isOpen(shown.order) && workspace.may("order-cancelled");
  };
  return (
    <Show when={cancellable()}>
      <Button variant="quiet" onClick={() => setOpen(true)}>
        {words.cancel}
      </Button>
      <Show when={open()}>
        <CancelDialog onClose={() => setOpen(false)} />
      </Show>
    </Show>
  );
}

/** Asks why an order is cancelled, and cancels it. */
export function CancelDialog(props: { readonly onClose: () => void }) {
  const { actions } = useOrder();
  const toasts = useToasts();
  const commandId = uuidv7();
  const [reason, setReason] = createSignal("");
  const [checked, setChecked] = createSignal(false);
  const dialog = words.cancelDialog;
  const submit = async () => {
    setChecked(true);
    if (reason().trim() === "") return;
    const handled = await actions.send({ type: "cancel-order", data: { note: reason().trim() } }, commandId);
    if (!isDone(handled)) return;
    props.onClose();
    toasts.show({ text: dialog.done });
  };
  return (
    <Dialog open title={dialog.title} onClose={props.onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act(submit());
        }}
      >
        <p>{dialog.text}</p>
        <TextField
          label={dialog.reason}
          value={reason()}
          onInput={setReason}
          maxLength={200}
          error={checked() && reason().trim() === "" ? dialog.reasonMissing : undefined}
          focused
        />
        <div class="dialog-actions">
          <Button onClick={() => props.onClose()}>{designWords.cancel}</Button>
          <Button type="submit" variant="danger">
            {dialog.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Marking a placed order as shipped, for those who handle goods. */
export function ShipButton() {
  const { view } = useOrder();
  const workspace = useWorkspace();
  const [open, setOpen] = createSignal(false);
  const shippable = () =>
    view()?.order.status === "placed" && !view()?.readOnly && workspace.may("order-shipped");
  return (
    <Show when={shippable()}>
      <Button variant="primary" icon={IconShip} onClick={() => setOpen(true)}>
        {words.ship}
      </Button>
      <Show when={open()}>
        <ShipDialog onClose={() => setOpen(false)} />
      </Show>
    </Show>
  );
}

function ShipDialog(props: { readonly onClose: () => void }) {
  const { actions } = useOrder();
  const workspace = useWorkspace();
  const toasts = useToasts();
  const commandId = uuidv7();
  const [shippedOn, setShippedOn] = createSignal(workspace.today());
  const dialog = words.shipDialog;
  const submit = async () => {
    if (shippedOn() === "") return;
    const handled = await actions.send({ type: "ship-order", data: { shippedOn: shippedOn() } }, commandId);
    if (!isDone(handled)) return;
    props.onClose();
    toasts.show({ text: dialog.done });
  };
  return (
    <Dialog open title={dialog.title} onClose={props.onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act(submit());
        }}
      >
        <ShipStock />
        <TextField
          label={dialog.day}
          type="date"
          value={shippedOn()}
          onInput={setShippedOn}
          error={shippedOn() === "" ? words.chooseDay : undefined}
        />
        <div class="dialog-actions">
          <Button onClick={() => props.onClose()}>{designWords.cancel}</Button>
          <Button type="submit" variant="primary">
            {dialog.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
