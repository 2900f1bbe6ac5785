import { createEffect, createSignal, on, untrack } from "solid-js";
import type { CustomerView } from "../../device/views/queries.ts";
import type { KnownProduct } from "../../domain/product/product.ts";
import { openDialog } from "../design/Dialog.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords as words } from "../scan/scan-words.ts";
import { isTextField } from "../scan/taken-back.ts";
import { useScans } from "../scan/use-scans.ts";
import { useCatalogue } from "../workspace/catalogue-context.tsx";
import { valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import type { Added } from "./added.ts";
import { findCustomersByCode } from "./customer-search.ts";
import type { EntryHandle } from "./EntryBox.tsx";
import { useOrder } from "./order-context.tsx";
import { findExact } from "./product-search.ts";
import type { Adding } from "./use-adding.ts";

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

type Choice =
  | { readonly kind: "product"; readonly product: KnownProduct }
  | { readonly kind: "customer"; readonly customer: CustomerView };

/**
 * What a scan does while an order is written, wherever the focus is: it adds its product, once or as often as `12*` in
 * the entry box says; a customer's card chooses the customer while there is none. What is not known is told and noted,
 * what several things share is asked. A quantity is for the next product that is scanned, whatever becomes of it, and
 * never for another one; nothing else that was typed changes.
 */
export function useOrderScans(order: OrderScans): OrderScanning {
  const workspace = useWorkspace();
  const catalogue = useCatalogue();
  const products = catalogue.products();
  const customers = catalogue.customers();
  const { notesPlace, questions } = useOrder();
  const notes = useScanNotes();
  const toasts = useToasts();
  // What is scanned before the products are read waits for them.
  let early: Scan[] = [];
  const [addingCount, setAddingCount] = createSignal(0);
  const underWay = new Set<Promise<void>>();
  let inVain = 0;

  const choicesFor = (code: string): readonly Choice[] => {
    const index = valueOr(products(), undefined);
    const found = index === undefined ? [] : findExact(index, code);
    const known = order.chooseCustomer() === undefined ? undefined : valueOr(customers(), undefined);
    const cards = known === undefined ? [] : findCustomersByCode(known, code);
    return [
      ...found.map((product) => ({ kind: "product", product }) as const),
      ...cards.map((customer) => ({ kind: "customer", customer }) as const),
    ];
  };
  const run = (work: Promise<void>) => {
    underWay.add(work);
    act(work.finally(() => underWay.delete(work)));
  };
  const take = (choice: Choice, quantity: number | undefined) => {
    if (choice.kind === "product") {
      run(add(choice.product, quantity));
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
      if (added === undefined) inVain += 1;
      setAddingCount((count) => count - 1);
    }
  };
  createEffect(
    on(questions.first, (asked) => {
      if (asked !== undefined && untrack(addingCount) > 0) tones.play("ambiguous");
    }),
  );
  const tellUnknown = ({ code, quantity }: Scan, kind: "unknown" | "undecided") => {
    inVain += 1;
    notes.note({ place: notesPlace(), code, kind });
    // The note itself is read aloud, but not through an open dialog.
    if (toasts.covered()) toasts.show({ text: words.told(code, words.why[kind]), tone: "bad" });
    if (quantity !== undefined) tellDropped(quantity);
  };
  const tellDropped = (quantity: number) =>
    toasts.show({ text: words.quantityDropped(workspace.format().number(quantity)) });
  const ask = async ({ code, quantity }: Scan, choices: readonly Choice[]) => {
    tones.play("ambiguous");
    const answers = choices.map((choice) => ({ ...labelOf(choice), value: choice }));
    const chosen = await questions.ask({ ...words.which(code), answers, list: true });
    if (chosen === undefined) tellUnknown({ code, quantity }, "undecided");
    else take(chosen, quantity);
  };
  const labelOf = (choice: Choice) => {
    if (choice.kind === "customer") {
      const { company, code } = choice.customer.customer;
      return { label: company, detail: words.asCustomer(code) };
    }
    const { name, sku, priceMinor } = choice.product;
    return { label: name, detail: words.asProduct(sku, workspace.format().money(priceMinor)) };
  };
  const onScan = (code: string) => {
    if (order.isClosed()) {
      tones.play("unknown");
      toasts.show({ text: words.tooLate(code), tone: "bad" });
    } else if (products().status === "loading") {
      early = [...early, { code, quantity: order.entry()?.takeQuantity() }];
      toasts.announce(words.notReady(code));
    } else {
      const choices = choicesFor(code);
      const isCard = choices.length > 0 && choices.every(({ kind }) => kind === "customer");
      takeScan({ code, quantity: isCard ? undefined : order.entry()?.takeQuantity() }, choices);
    }
  };
  const takeScan = (scan: Scan, choices: readonly Choice[]) => {
    const [only] = choices;
    if (only === undefined) {
      tones.play("unknown");
      tellUnknown(scan, "unknown");
    } else if (choices.length === 1) take(only, scan.quantity);
    else run(ask(scan, choices));
    focusEntry();
  };
  /** Back to the entry box, where the next thing is typed; not out of a field in which somebody is typing. */
  const focusEntry = () => {
    const active = document.activeElement;
    const typing = isTextField(active) && active.value !== "";
    if (openDialog() !== undefined || typing || !matchMedia("(pointer: fine)").matches) return;
    order.entry()?.focus();
  };
  createEffect(() => {
    if (products().status === "loading" || early.length === 0) return;
    const scans = early;
    early = [];
    for (const scan of scans) takeScan(scan, choicesFor(scan.code));
  });
  const onUnreadable = () => {
    inVain += 1;
    tones.play("unknown");
    toasts.show({ text: words.unreadable, tone: "bad" });
    const quantity = order.entry()?.takeQuantity();
    if (quantity !== undefined) tellDropped(quantity);
  };
  const tones = useScans({ isKnown: (code) => choicesFor(code).length > 0, onScan, onUnreadable });
  return {
    takeCode: onScan,
    settled: tones.settled,
    done: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    watch: () => {
      const before = inVain;
      return () => inVain === before && early.length === 0;
    },
  };
}
