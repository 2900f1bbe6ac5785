import type { Format } from "../words/format.ts";
import type { Added } from "./added.ts";
import { orderWords as words } from "./order-words.ts";

/** What came onto a line or off it, and what it has now. */
export function addedWords({ name, by, quantity, isNew, raised }: Added, format: Format): string {
  const [count, now] = [format.number(Math.abs(by)), format.number(quantity)];
  const told = () => {
    if (isNew) return words.added(count, name);
    if (by === 0) return words.quantityStays(now, name);
    return by > 0 ? words.addedTo(count, name, now) : words.takenOff(count, name, now);
  };
  return raised ? words.inSteps(told()) : told();
}
