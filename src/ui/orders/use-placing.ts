import type { Accessor } from "solid-js";
import { v7 as uuidv7 } from "uuid";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords } from "../scan/scan-words.ts";
import { isDone } from "../workspace/use-send.ts";
import type { CustomerHandle } from "./CustomerPicker.tsx";
import type { EntryHandle } from "./EntryBox.tsx";
import { useOrder } from "./order-context.tsx";
import { orderWords as words } from "./order-words.ts";
import type { OrderScanning } from "./use-order-scans.ts";

/** What of the screen may still hold something that belongs on the order. */
interface PlacingParts {
  readonly entry: () => EntryHandle | undefined;
  readonly customer: Accessor<CustomerHandle | undefined>;
  readonly scans: OrderScanning;
  /** Says whether the order is being placed just now. */
  readonly setPlacing: (placing: boolean) => void;
}

/**
 * Places the order, or ends the changing of a placed one: with everything on it that was typed and scanned, or not at
 * all.
 */
export function usePlacing({ entry, customer, scans, setPlacing }: PlacingParts): {
  readonly place: () => void;
  readonly endChanging: () => void;
} {
  const { actions, notesPlace, questions, setChanging } = useOrder();
  const notes = useScanNotes();
  const toasts = useToasts();
  const oneAtATime = makeOneAtATime();
  // One id for this screen's placing: a double tap is one command.
  const placeId = uuidv7();
  /** Whether the entry line is empty: a text that can mean only one thing is taken, any other stays and is reported. */
  const nothingTyped = async (): Promise<boolean> => {
    const picker = customer();
    if (picker !== undefined && !(await picker.settle())) {
      toasts.show({ text: words.stillTypedCustomer(picker.text().trim()) });
      picker.focus();
      return false;
    }
    const { settled, why } = (await entry()?.settle()) ?? { settled: true };
    if (settled) return true;
    if (why !== undefined) toasts.show({ text: why });
    entry()?.focus();
    return false;
  };
  /** Whether the entry line is empty, and everything scanned up to now is on the order. */
  const nothingLeft = async (): Promise<boolean> => {
    const isWhole = scans.watch();
    // What a scanner has just typed is not to be taken for typed by hand.
    await scans.settled();
    if (!(await nothingTyped())) return false;
    await scans.done();
    if (isWhole()) return true;
    toasts.show({ text: scanWords.notPlaced });
    return false;
  };
  /** Whether nothing was scanned without result, or somebody says that the order is complete without it. */
  const isWithoutNotes = async (): Promise<boolean> => {
    const codes = notes.of(notesPlace()).map(({ code }) => code);
    return codes.length === 0 || (await questions.ask(scanWords.placeWithout(codes))) === true;
  };
  const place = async () => {
    if (!(await nothingLeft())) return;
    const order = (await actions.current())?.order;
    if (order === undefined || order.lines.length === 0) {
      toasts.show({ text: words.placeEmpty });
      entry()?.focus();
      return;
    }
    if (!(await isWithoutNotes())) return;
    setPlacing(true);
    const placed = actions.send({ type: "place-order", data: {} }, placeId);
    const handled = await placed.finally(() => setPlacing(false));
    if (isDone(handled)) toasts.show({ text: words.placed(order.number ?? "") });
  };
  const endChanging = async () => {
    if (await nothingLeft()) setChanging(false);
  };
  return { place: () => act(oneAtATime(place)), endChanging: () => act(oneAtATime(endChanging)) };
}

/** One at a time: a second tap while what is typed is being added must not add it again. */
function makeOneAtATime(): (work: () => Promise<void>) => Promise<void> {
  let busy = false;
  return async (work) => {
    if (busy) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  };
}
