import {
  type Accessor,
  createContext,
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  on,
  useContext,
} from "solid-js";
import { newOrderPlace } from "../../device/storage/scan-notes.ts";
import type { OrderView } from "../../device/views/queries.ts";
import { findOrderStock, type LineAnswer, type OrderStock } from "../../device/views/stock-answer.ts";
import { isOpen } from "../../domain/order/order-state.ts";
import { findSkuId } from "../../domain/stream-key.ts";
import { asBefore } from "../design/List.tsx";
import { createQuestions, type Questions } from "../design/Questions.tsx";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { farQuestion } from "./added-words.ts";
import { type OrderActions, useOrderActions } from "./use-order-actions.ts";

/** One order on the screen, and what can be done with it. */
interface OrderContextValue {
  readonly id: Accessor<string>;
  /** Undefined while nothing of the order has been saved. */
  readonly view: Accessor<OrderView | undefined>;
  /** Its currency, told on its own: a thousand lines print amounts in it. */
  readonly currency: Accessor<string | undefined>;
  /** How far it is, and what inventory says to it. */
  readonly stock: Accessor<OrderStock | undefined>;
  /** What inventory says to a line. */
  readonly answerTo: (lineId: string) => LineAnswer | undefined;
  readonly actions: OrderActions;
  /** Where what was scanned for it in vain is kept. */
  readonly notesPlace: Accessor<string>;
  /** What only a person can decide about it. */
  readonly questions: Questions;
  /** Whether lines and details may be changed here and now. */
  readonly editable: Accessor<boolean>;
  /** Changing a placed order is switched on by hand; a draft always is. */
  readonly setChanging: (changing: boolean) => void;
  readonly changing: Accessor<boolean>;
}

const OrderContext = createContext<OrderContextValue>();

/** Gives an order to the parts of its screen; `id` stays the same while the screen is shown. */
export function OrderProvider(props: {
  readonly id: string;
  readonly view: OrderView | undefined;
  readonly children: JSX.Element;
}) {
  const workspace = useWorkspace();
  const orderId = props.id;
  const id = () => orderId;
  const [changing, setChanging] = createSignal(false);
  const editable = createMemo(() => {
    const order = props.view?.order;
    if (props.view?.readOnly === true || !workspace.may("line-added")) return false;
    return order === undefined || order.status === "draft" || (isOpen(order) && changing());
  });
  const counted = useCatalogue().stock();
  const questions = createQuestions();
  const notes = useScanNotes();
  const isBegun = createMemo(() => props.view !== undefined);
  const notesPlace = () => (isBegun() ? orderId : newOrderPlace);
  // Its first line gives it an id that lasts: what was scanned without result before it goes along.
  createEffect(
    on(isBegun, (is, was) => {
      if (is && was === false) notes.move(newOrderPlace, orderId);
    }),
  );
  const stock = createLive(id, (known) => findOrderStock(workspace.device.db, known));
  const answers = createMemo<ReadonlyMap<string, LineAnswer>>((before) => {
    const answer = valueOr(stock(), undefined)?.answer;
    const lines = answer?.status === "answered" ? answer.lines : [];
    return new Map(lines.map((line) => [line.lineId, asBefore(before.get(line.lineId), line)]));
  }, new Map());
  const currency = createMemo(() => props.view?.order.currency);
  const value: OrderContextValue = {
    id,
    view: () => props.view,
    currency,
    stock: () => valueOr(stock(), undefined),
    answerTo: (lineId) => answers().get(lineId),
    notesPlace,
    questions,
    actions: useOrderActions(orderId, {
      onHandOf: (sku) => counted().get(findSkuId(sku) ?? "")?.onHand,
      isMeant: async (asked) => (await questions.ask(farQuestion(asked, workspace.format()))) === true,
    }),
    editable,
    changing,
    setChanging,
  };
  return <OrderContext.Provider value={value}>{props.children}</OrderContext.Provider>;
}

/** The order on this screen. */
export function useOrder(): OrderContextValue {
  const order = useContext(OrderContext);
  if (order === undefined) throw new Error("expected to be inside an OrderProvider");
  return order;
}
