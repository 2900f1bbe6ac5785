import { useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createSignal, onCleanup, Show } from "solid-js";
import { holdsText } from "../../device/search/holds-text.ts";
import type { CustomerView } from "../../device/views/queries.ts";
import { addressLine } from "../../domain/address.ts";
import { type Changes, changesBetween } from "../../domain/field-changes.ts";
import type { OrderDetails } from "../../domain/order/order-events.ts";
import { IconButton } from "../design/Button.tsx";
import { IconEdit } from "../design/icons.tsx";
import { Marked } from "../design/Marked.tsx";
import { Suggest } from "../design/Suggest.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { findCustomersByCode, searchCustomers } from "../workspace/customer-search.ts";
import { isDone } from "../workspace/use-send.ts";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";
import { shippingAddress } from "./shipping-address.ts";

const resultsMax = 8;

/** What the screen may do with the customer's line, while it is shown. */
export interface CustomerHandle {
  readonly focus: () => void;
  readonly choose: (customer: CustomerView) => void;
  /**
   * Chooses the only customer that the text can mean; false, with the text left as it is, where it may mean several or
   * none.
   */
  readonly settle: () => Promise<boolean>;
  readonly text: () => string;
}

/**
 * The order's customer: chosen by name or code, changed with one tap. After the choice the focus moves to the lines.
 */
export function CustomerPicker(props: {
  readonly onDone: () => void;
  readonly handle?: (handle: CustomerHandle | undefined) => void;
}) {
  const { view, editable } = useOrder();
  const [choosing, setChoosing] = createSignal(false);
  const customer = () => view()?.order.customer ?? undefined;
  const done = () => {
    setChoosing(false);
    props.onDone();
  };
  return (
    <Show
      when={editable() && (choosing() || customer() === undefined)}
      fallback={
        <div class="customer">
          <div>
            <p class="strong customer-name">{customer()?.name ?? words.noCustomer}</p>
            <Show when={view()?.order.shipTo}>
              {(address) => <p class="soft small">{addressLine(address())}</p>}
            </Show>
          </div>
          <Show when={editable()}>
            <IconButton label={words.changeCustomer} icon={IconEdit} onClick={() => setChoosing(true)} />
          </Show>
        </div>
      }
    >
      <CustomerSearch focused={choosing()} onDone={done} handle={(handle) => props.handle?.(handle)} />
    </Show>
  );
}

function CustomerSearch(props: {
  readonly focused: boolean;
  readonly onDone: () => void;
  readonly handle?: (handle: CustomerHandle | undefined) => void;
}) {
  const toasts = useToasts();
  const { view, actions } = useOrder();
  const customers = useCatalogue().customers();
  const [text, setText] = createSignal("");
  const [search] = useSearchParams<{ readonly customer?: string }>();
  let taken = false;
  // "New order" on a customer's page names them in the address.
  createEffect(() => {
    const wanted = valueOr(customers(), undefined)?.customers.find(({ id }) => id === search.customer);
    if (wanted === undefined || taken) return;
    taken = true;
    act(choose(wanted));
  });
  const results = createMemo(() => {
    const index = valueOr(customers(), undefined);
    return index === undefined ? [] : searchCustomers(index, text(), resultsMax);
  });
  const choose = async ({ id, customer }: CustomerView) => {
    const seen = view()?.order;
    const wished = {
      customer: { id, code: customer.code, name: customer.company },
      shipTo: shippingAddress(customer),
    };
    const before = { customer: seen?.customer ?? null, shipTo: seen?.shipTo ?? null };
    props.onDone();
    return isDone(
      await actions.change(
        changesBetween<Pick<OrderDetails, "customer" | "shipTo">>(before, wished) as Changes<OrderDetails>,
      ),
    );
  };
  const settle = async (): Promise<boolean> => {
    if (text().trim() === "") return true;
    const index = valueOr(customers(), undefined);
    const exact = index === undefined ? [] : findCustomersByCode(index, text());
    const meant = exact.length > 0 ? exact : results();
    const [only] = meant;
    if (only === undefined || meant.length > 1) return false;
    const { company, code } = only.customer;
    return (exact.length > 0 || holdsText(text())(`${company} ${code}`)) && (await choose(only));
  };
  onCleanup(() => props.handle?.(undefined));
  return (
    <Suggest
      label={words.customer}
      placeholder={words.customerHint}
      listLabel={words.customer}
      value={text()}
      onInput={setText}
      items={results()}
      openEmpty
      nothing={text().trim() === "" ? undefined : words.noCustomerMatch(text().trim())}
      onChoose={(chosen) => {
        // Only an empty line means that there is no customer. A card that is not known must not move on to the goods.
        if (chosen !== undefined) act(choose(chosen));
        else if (text().trim() === "") props.onDone();
        else toasts.announce(words.noCustomerMatch(text().trim()));
      }}
      onEscape={props.onDone}
      inputRef={(input) => {
        props.handle?.({
          focus: () => input.focus(),
          choose: (customer) => act(choose(customer)),
          settle,
          text,
        });
        if (props.focused) queueMicrotask(() => input.focus());
      }}
      render={({ customer }) => (
        <span class="option">
          <span class="option-main">
            <span class="option-name">
              <Marked text={customer.company} typed={text()} />
            </span>
            <span class="soft small">
              {[customer.code, customer.address.city, customer.address.country].filter(Boolean).join(" · ")}
            </span>
          </span>
        </span>
      )}
    />
  );
}
