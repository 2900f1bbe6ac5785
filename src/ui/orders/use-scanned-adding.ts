import { createEffect, createSignal, on, untrack } from "solid-js";
import type { KnownProduct } from "../../domain/product/product.ts";
import type { ScanTone } from "../scan/tones.ts";
import type { Added } from "./added.ts";
import type { ScanTally } from "./make-scan-tally.ts";
import { useOrder } from "./order-context.tsx";
import type { Adding } from "./use-adding.ts";

/**
 * Adds what was scanned, and sounds the result. The tone comes with what it says: whoever looks at the goods hears
 * "added" only of what is on the order, and a question where one is asked meanwhile.
 */
export function useScannedAdding(
  adding: Adding,
  tally: ScanTally,
  play: (tone: ScanTone) => void,
): (product: KnownProduct, quantity: number | undefined) => Promise<void> {
  const { questions } = useOrder();
  const [addingCount, setAddingCount] = createSignal(0);
  createEffect(
    on(questions.first, (asked) => {
      if (asked !== undefined && untrack(addingCount) > 0) play("ambiguous");
    }),
  );
  return async (product, quantity) => {
    setAddingCount((count) => count + 1);
    let added: Added | undefined;
    try {
      added = await adding.add(product, quantity);
      play(added === undefined ? "unknown" : "added");
    } finally {
      if (added === undefined) tally.noteNothing();
      setAddingCount((count) => count - 1);
    }
  };
}
