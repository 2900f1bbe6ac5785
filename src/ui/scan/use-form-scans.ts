import { useToasts } from "../design/Toasts.tsx";
import { isBarcode } from "./judge-burst.ts";
import { formScanWords as words } from "./scan-words.ts";
import { type Scans, useScans } from "./use-scans.ts";

/** What a form says to a scan, and whether it has taken it. */
export interface FormScan {
  readonly text: string;
  readonly isTaken: boolean;
}

/**
 * What a scan does where something is filled in or decided, wherever the focus is: nothing changes but what takes it, its
 * Enter presses nothing, and the result is told. `take` is undefined where nothing takes scans, and yields
 * undefined for a code that it cannot take.
 */
export function useFormScans(take?: (code: string) => FormScan | undefined): Pick<Scans, "settled"> {
  const toasts = useToasts();
  const scans = useScans({
    // So that the code of a slow scanner does not stay in a field: by hand, nobody types a whole barcode and the key
    // behind it without a pause.
    isKnown: isBarcode,
    onScan: (code) => {
      const { text, isTaken } = take?.(code) ?? { text: words.untaken(code), isTaken: false };
      scans.play(isTaken ? "added" : "unknown");
      toasts.show(isTaken ? { text } : { text, tone: "bad" });
    },
    onUnreadable: () => {
      scans.play("unknown");
      toasts.show({ text: words.unreadable, tone: "bad" });
    },
  });
  return scans;
}
