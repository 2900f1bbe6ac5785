import { Show } from "solid-js";
import { isOpen } from "../../domain/order/order-state.ts";
import { Button } from "../design/Button.tsx";
import { IconEdit } from "../design/icons.tsx";
import { ScanNotesList } from "../scan/ScanNotesList.tsx";
import { useFormScans } from "../scan/use-form-scans.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CustomerPicker } from "./CustomerPicker.tsx";
import { LineList } from "./LineList.tsx";
import { DetailsSummary } from "./OrderDetails.tsx";
import { OrderMenu, ShipButton } from "./OrderMenu.tsx";
import { OrderStages } from "./OrderStages.tsx";
import { OrderTotals } from "./OrderTotals.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";
import { Timeline } from "./Timeline.tsx";

/** An order to read: the docket, what can be done with it, and what happened to it. */
export function OrderReader() {
  const { view, notesPlace, setChanging } = useOrder();
  const workspace = useWorkspace();
  // Goods are scanned beside an order that is packed: that ships and cancels nothing.
  useFormScans();
  const changeable = () => {
    const shown = view();
    return shown !== undefined && !shown.readOnly && isOpen(shown.order) && workspace.may("line-added");
  };
  return (
    <div class="panes">
      <div class="docket-cast stack">
        <ScanNotesList place={notesPlace()} />
        <section class="docket" aria-label={words.pane.order}>
          <OrderStages />
          <CustomerPicker onDone={() => {}} />
          <LineList fresh={undefined} />
          <DetailsSummary />
          <OrderTotals />
          <div class="row">
            <ShipButton />
            <Show when={changeable()}>
              <Button icon={IconEdit} onClick={() => setChanging(true)}>
                {words.change}
              </Button>
            </Show>
            <OrderMenu />
          </div>
        </section>
      </div>
      <div class="panes-aside">
        <Timeline />
      </div>
    </div>
  );
}
