import type { CustomerView } from "../../device/views/queries.ts";
import { openDialog } from "../design/Dialog.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { createEarly } from "../scan/create-early.ts";
import { scanWords as words } from "../scan/scan-words.ts";
import { isTextField } from "../scan/taken-back.ts";
import type { ScanTone } from "../scan/tones.ts";
import { useScans } from "../scan/use-scans.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import type { EntryHandle } from "./EntryBox.tsx";
import { makeScanTally } from "./make-scan-tally.ts";
import { useOrder } from "./order-context.tsx";
import type { Adding } from "./use-adding.ts";
import { type ScanChoice, useScanChoices } from "./use-scan-choices.ts";
import { type OrderScan, useScanTelling } from "./use-scan-telling.ts";
import { useScannedAdding } from "./use-scanned-adding.ts";

interface OrderScans {
  readonly adding: Adding;
  readonly entry: () => EntryHandle | undefined;
  /** How a customer is chosen, while somebody may choose one here; undefined while one is chosen already. */
  readonly chooseCustomer: () => ((customer: CustomerView) => void) | undefined;
  /** Whether the order is being placed, or cannot be changed: what is scanned then is told, and goes onto no order. */
  readonly isClosed: () => boolean;
}

/** What the order's screen may ask of its scans. */
export interface OrderScanning {
  /** Takes a code that was read by other means than a fast scanner. */
  readonly takeCode: (code: string) => void;
  /** Waits until no key that was heard can still belong to a scan. */
  readonly settled: () => Promise<void>;
  /** Waits until all that was scanned is on the order, or was told not to be, with every question answered. */
  readonly done: () => Promise<void>;
  /** From now on: yields whether all that was scanned since then is on the order. */
  readonly watch: () => () => boolean;
}

/**
 * What a scan does while an order is written, wherever the focus is: it adds its product, once or as often as `12*` in
 * the entry box says; a customer's card chooses the customer while there is none. What is not known is told and noted,
 * what several things share is asked. A quantity is for the next product that is scanned, whatever becomes of it, and
 * never for another one; nothing else that was typed changes.
 */
export function useOrderScans(order: OrderScans): OrderScanning {
  const products = useCatalogue().products();
  const { questions } = useOrder();
  const toasts = useToasts();
  const choices = useScanChoices(() => order.chooseCustomer() !== undefined);
  const tally = makeScanTally();
  const play = (tone: ScanTone) => tones.play(tone);
  const telling = useScanTelling(tally, play);
  const add = useScannedAdding(order.adding, tally, play);
  const isReady = () => products().status !== "loading";

  const take = (choice: ScanChoice, quantity: number | undefined) => {
    if (choice.kind === "product") {
      tally.run(add(choice.product, quantity));
      return;
    }
    play("added");
    order.chooseCustomer()?.(choice.customer);
    toasts.announce(words.customerCard(choice.customer.customer.company));
  };
  const ask = async ({ code, quantity }: OrderScan, found: readonly ScanChoice[]) => {
    play("ambiguous");
    const answers = found.map((choice) => ({ ...choices.labelOf(choice), value: choice }));
    const chosen = await questions.ask({ ...words.which(code), answers, list: true });
    if (chosen === undefined) telling.noResult({ code, quantity }, "undecided");
    else take(chosen, quantity);
  };
  const takeScan = (scan: OrderScan, found: readonly ScanChoice[]) => {
    const [only] = found;
    if (only === undefined) {
      play("unknown");
      telling.noResult(scan, "unknown");
    } else if (found.length === 1) take(only, scan.quantity);
    else tally.run(ask(scan, found));
    focusEntry(order.entry());
  };
  const early = createEarly(isReady, (scan: OrderScan) => takeScan(scan, choices.of(scan.code)));
  const onScan = (code: string) => {
    if (order.isClosed()) telling.tooLate(code);
    else if (!isReady()) {
      early.keep({ code, quantity: order.entry()?.takeQuantity() });
      toasts.announce(words.notReady(code));
    } else {
      const found = choices.of(code);
      const isCard = found.length > 0 && found.every(({ kind }) => kind === "customer");
      takeScan({ code, quantity: isCard ? undefined : order.entry()?.takeQuantity() }, found);
    }
  };
  const tones = useScans({
    isKnown: (code) => choices.of(code).length > 0,
    onScan,
    onUnreadable: () => telling.unreadable(() => order.entry()?.takeQuantity()),
  });
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

/** Back to the entry box, where the next thing is typed; not out of a field in which somebody is typing. */
function focusEntry(entry: EntryHandle | undefined): void {
  const active = document.activeElement;
  const typing = isTextField(active) && active.value !== "";
  if (openDialog() !== undefined || typing || !matchMedia("(pointer: fine)").matches) return;
  entry?.focus();
}
