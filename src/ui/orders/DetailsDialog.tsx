import { createSignal, Show } from "solid-js";
import { type Address, emptyAddress } from "../../domain/address.ts";
import { changesBetween, onlyFields, seenAfter } from "../../domain/field-changes.ts";
import { type OrderDetails, orderDetailFields } from "../../domain/order/order-events.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { AddressFields } from "../design/AddressFields.tsx";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { designWords } from "../design/design-words.ts";
import { TextField } from "../design/Field.tsx";
import { FigureField } from "../design/FigureField.tsx";
import { act } from "../faults/act.ts";
import { conflictsIn } from "../workspace/conflicts-in.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords } from "./order-words.ts";

const words = orderWords.detail;

/** The fields of an order that are not lines. Saving sends only what was changed, from what was seen or told here. */
export function DetailsDialog(props: { readonly order: ExistingOrder; readonly onClose: () => void }) {
  const format = useWorkspace().format;
  const { actions } = useOrder();
  const before = detailsOf(props.order);
  let seen = before;
  const [edited, setEdited] = createSignal<OrderDetails>(before);
  const [wrong, setWrong] = createSignal<ReadonlySet<string>>(new Set());
  const set = (change: Partial<OrderDetails>) => setEdited((details) => ({ ...details, ...change }));
  const setFigure = (field: "discountBps" | "freightMinor", max: number) => (value: number | undefined) => {
    const bad = value === undefined || value > max;
    setWrong((fields) => new Set([...fields].filter((other) => other !== field).concat(bad ? [field] : [])));
    if (!bad) set({ [field]: value });
  };
  const address = (): Address => edited().shipTo ?? emptyAddress;
  const submit = async () => {
    if (wrong().size > 0 || edited().orderedOn === "") return;
    const changes = changesBetween<OrderDetails>(seen, edited());
    if (Object.keys(changes).length > 0) {
      const handled = await actions.change(changes);
      seen = seenAfter(seen, conflictsIn(handled));
      if (!isDone(handled)) return;
    }
    props.onClose();
  };
  return (
    <Dialog open title={orderWords.details} onClose={props.onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act(submit());
        }}
      >
        <div class="fields">
          <TextField
            label={words.reference}
            hint={words.referenceHint}
            value={edited().reference}
            onInput={(reference) => set({ reference })}
            maxLength={200}
            wide
          />
          <TextField
            label={words.orderedOn}
            type="date"
            value={edited().orderedOn}
            error={edited().orderedOn === "" ? orderWords.chooseDay : undefined}
            onInput={(orderedOn) => set({ orderedOn })}
          />
          <TextField
            label={words.wantedOn}
            type="date"
            value={edited().wantedOn ?? ""}
            onInput={(day) => set({ wantedOn: day === "" ? null : day })}
            optional
          />
          <FigureField
            label={words.discount}
            value={edited().discountBps}
            onInput={setFigure("discountBps", 10_000)}
            error={wrong().has("discountBps") ? orderWords.discountWrong : undefined}
            parse={format().parsePercent}
            print={format().percentAmount}
            wrong={orderWords.discountWrong}
          />
          <FigureField
            label={words.freight}
            value={edited().freightMinor}
            onInput={setFigure("freightMinor", Number.MAX_SAFE_INTEGER)}
            error={wrong().has("freightMinor") ? words.moneyWrong : undefined}
            parse={format().parseMoney}
            print={format().amount}
            wrong={words.moneyWrong}
          />
          <TextField
            label={words.note}
            value={edited().note}
            onInput={(note) => set({ note })}
            maxLength={4000}
            multiline
            wide
          />
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={edited().shipTo !== null}
            onChange={(event) =>
              set({ shipTo: event.currentTarget.checked ? (before.shipTo ?? emptyAddress) : null })
            }
          />
          {words.ownAddress}
        </label>
        <Show when={edited().shipTo !== null}>
          <AddressFields value={address()} onChange={(shipTo) => set({ shipTo })} />
        </Show>
        <div class="dialog-actions">
          <Button onClick={() => props.onClose()}>{designWords.cancel}</Button>
          <Button type="submit" variant="primary">
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function detailsOf(order: ExistingOrder): OrderDetails {
  return onlyFields(order, orderDetailFields);
}
