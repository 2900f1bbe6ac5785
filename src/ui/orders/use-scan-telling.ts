import { useToasts } from "../design/Toasts.tsx";
import { useScanNotes } from "../scan/scan-notes.tsx";
import { scanWords as words } from "../scan/scan-words.ts";
import type { ScanTone } from "../scan/tones.ts";
import { useFormat } from "../workspace/workspace-context.tsx";
import type { ScanTally } from "./make-scan-tally.ts";
import { useOrder } from "./order-context.tsx";

/** What was scanned, and how many of it, where a quantity stood for it. */
export interface OrderScan {
  readonly code: string;
  readonly quantity: number | undefined;
}

/** Tells, in words and with a tone, what scans for an order came to nothing. */
interface ScanTelling {
  /** Notes the code where it is seen until somebody has dealt with it. */
  readonly noResult: (scan: OrderScan, kind: "unknown" | "undecided") => void;
  readonly tooLate: (code: string) => void;
  /** Nobody can say what was scanned; `takeQuantity` gives the quantity that was for it. */
  readonly unreadable: (takeQuantity: () => number | undefined) => void;
}

/** Each is counted as one that came to nothing, except where the order is closed. */
export function useScanTelling(tally: ScanTally, play: (tone: ScanTone) => void): ScanTelling {
  const format = useFormat();
  const { notesPlace } = useOrder();
  const notes = useScanNotes();
  const toasts = useToasts();
  const tellDropped = (quantity: number | undefined) => {
    if (quantity === undefined) return;
    toasts.show({ text: words.quantityDropped(format().number(quantity)) });
  };
  return {
    noResult: ({ code, quantity }, kind) => {
      tally.noteNothing();
      notes.note({ place: notesPlace(), code, kind });
      // The note itself is read aloud, but not through an open dialog.
      if (toasts.covered()) toasts.show({ text: words.told(code, words.why[kind]), tone: "bad" });
      tellDropped(quantity);
    },
    tooLate: (code) => {
      play("unknown");
      toasts.show({ text: words.tooLate(code), tone: "bad" });
    },
    unreadable: (takeQuantity) => {
      tally.noteNothing();
      play("unknown");
      toasts.show({ text: words.unreadable, tone: "bad" });
      tellDropped(takeQuantity());
    },
  };
}
