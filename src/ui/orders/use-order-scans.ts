import { createEffect, createSignal, on, untrack } from "solid-js";
import type { CustomerView } from "../../device/views/queries.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { openDialog } from "../design/Dialog.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { createEarly } from "../scan/create-early.ts";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords as words } from "../scan/scan-words.ts";
import { isTextField } from "../scan/taken-back.ts";
import { useScans } from "../scan/use-scans.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { Added } from "./added.ts";
import type { EntryHandle } from "./EntryBox.tsx";
import { makeScanTally } from "./make-scan-tally.ts";
import { useOrder } from "./order-context.tsx";
import type { Adding } from "./use-adding.ts";
import { type ScanChoice, useScanChoices } from "./use-scan-choices.ts";

interface OrderScans {
  readonly adding: Adding;
  readonly entry: () => EntryHandle | undefined;
  /** How a customer is chosen, while somebody may choose one here; undefined while one is chosen already. */
  readonly chooseCustomer: () => ((customer: CustomerView) => void) | undefined;
  /** Whether the order is being placed, or cannot be changed: what is scanned then is told, and goes onto no order. */
  readonly isClosed: () => boolean;
}

/** What the order's screen may ask of its scans. */
interface OrderScanning {
  /** Takes a code that was read by other means than a fast scanner. */
  readonly takeCode: (code: string) => void;
  /** Waits until no key that was heard can still belong to a scan. */
  readonly settled: () => Promise<void>;
  /** Waits until all that was scanned is on the order, or was told not to be, with every question answered. */
  readonly done: () => Promise<void>;
  /** From now on: yields whether all that was scanned since then is on the order. */
  readonly watch: () => () => boolean;
}

/** What was scanned, and how many of it, where a quantity stood for it. */
interface Scan {
  readonly code: string;
  readonly quantity: number | undefined;
}

/**
 * What a scan does while an order is written, wherever the focus is: it adds its product, once or as often as `12*` in
 * the entry box says; a customer's card chooses the customer while there is none. What is not known is told and noted,
 * what several things share is asked. A quantity is for the next product that is scanned, whatever becomes of it, and
 * never for another one; nothing else that was typed changes.
 */
export function useOrderScans(order: OrderScans): OrderScanning {
  const workspace = useWorkspace();
  const products = useCatalogue().products();
  const { notesPlace, questions } = useOrder();
  const notes = useScanNotes();
  const toasts = useToasts();
  const choices = useScanChoices(() => order.chooseCustomer() !== undefined);
  const tally = makeScanTally();
  const isReady = () => products().status !== "loading";
  const [addingCount, setAddingCount] = createSignal(0);

  const take = (choice: ScanChoice, quantity: number | undefined) => {
    if (choice.kind === "product") {
      tally.run(add(choice.product, quantity));
      return;
    }
    tones.play("added");
    order.chooseCustomer()?.(choice.customer);
    toasts.announce(words.customerCard(choice.customer.customer.company));
  };
  // The tone comes with what it says: whoever looks at the goods hears "added" only of what is on the order.
  const add = async (product: KnownProduct, quantity: number | undefined) => {
    setAddingCount((count) => count + 1);
    let added: Added | undefined;
    try {
      added = await order.adding.add(product, quantity);
      tones.play(added === undefined ? "unknown" : "added");
    } finally {
      if (added === undefined) tally.noteNothing();
      setAddingCount((count) => count - 1);
    }
  };
  createEffect(
    on(questions.first, (asked) => {
      if (asked !== undefined && untrack(addingCount) > 0) tones.play("ambiguous");
    }),
  );
  const tellUnknown = ({ code, quantity }: Scan, kind: "unknown" | "undecided") => {
    tally.noteNothing();
    notes.note({ place: notesPlace(), code, kind });
    // The note itself is read aloud, but not through an open dialog.
    if (toasts.covered()) toasts.show({ text: words.told(code, words.why[kind]), tone: "bad" });
    if (quantity !== undefined) tellDropped(quantity);
  };
  const tellDropped = (quantity: number) =>
    toasts.show({ text: words.quantityDropped(workspace.format().number(quantity)) });
  const ask = async ({ code, quantity }: Scan, found: readonly ScanChoice[]) => {
    tones.play("ambiguous");
    const answers = found.map((choice) => ({ ...choices.labelOf(choice), value: choice }));
    const chosen = await questions.ask({ ...words.which(code), answers, list: true });
    if (chosen === undefined) tellUnknown({ code, quantity }, "undecided");
    else take(chosen, quantity);
  };
  const onScan = (code: string) => {
    if (order.isClosed()) {
      tones.play("unknown");
      toasts.show({ text: words.tooLate(code), tone: "bad" });
    } else if (!isReady()) {
      early.keep({ code, quantity: order.entry()?.takeQuantity() });
      toasts.announce(words.notReady(code));
    } else {
      const found = choices.of(code);
      const isCard = found.length > 0 && found.every(({ kind }) => kind === "customer");
      takeScan({ code, quantity: isCard ? undefined : order.entry()?.takeQuantity() }, found);
    }
  };
  const takeScan = (scan: Scan, found: readonly ScanChoice[]) => {
    const [only] = found;
    if (only === undefined) {
      tones.play("unknown");
      tellUnknown(scan, "unknown");
    } else if (found.length === 1) take(only, scan.quantity);
    else tally.run(ask(scan, found));
    focusEntry();
  };
  /** Back to the entry box, where the next thing is typed; not out of a field in which somebody is typing. */
  const focusEntry = () => {
    const active = document.activeElement;
    const typing = isTextField(active) && active.value !== "";
    if (openDialog() !== undefined || typing || !matchMedia("(pointer: fine)").matches) return;
    order.entry()?.focus();
  };
  const early = createEarly(isReady, (scan: Scan) => takeScan(scan, choices.of(scan.code)));
  const onUnreadable = () => {
    tally.noteNothing();
    tones.play("unknown");
    toasts.show({ text: words.unreadable, tone: "bad" });
    const quantity = order.entry()?.takeQuantity();
    if (quantity !== undefined) tellDropped(quantity);
  };
  const tones = useScans({ isKnown: (code) => choices.of(code).length > 0, onScan, onUnreadable });
  return {
    takeCode: onScan,
    settled: tones.settled,
    done: tally.done,
    watch: () => {
      const before = tally.nothingCount();
      return () => tally.nothingCount() === before && early.isEmpty();
    },
  };
}
