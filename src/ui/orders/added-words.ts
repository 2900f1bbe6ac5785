import type { Question } from "../design/Questions.tsx";
import type { Format } from "../words/format.ts";
import type { Added, FarQuantity } from "./added.ts";
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

/** Asks whether a quantity far from what is usual is meant. */
export function farQuestion({ name, quantity, far }: FarQuantity, format: Format): Question<boolean> {
  const count = format.number(quantity);
  const why =
    far.from === "usual"
      ? `That is far more than usual: most often it is up to ${format.number(far.usual)}.`
      : `There ${far.onHand === 1 ? "is" : "are"} ${format.number(far.onHand)} in stock.`;
  return {
    title: `${count} × ${name}?`,
    text: `${why} Is ${count} what you mean?`,
    answers: [
      { label: "No, leave it as it was", value: false },
      { label: `Yes, ${count}`, variant: "primary", value: true },
    ],
  };
}
