import { type Accessor, createEffect, createSignal, onCleanup } from "solid-js";

/** More than a screen shows. */
const first = 60;
const step = 120;

/**
 * How many of a long list's rows to draw: a screen full at once, so that it is there soon, and the rest right after, a
 * step at a time, so that keys and taps get their turn in between; all at once for printing. `length` may change.
 */
export function createSteps(length: Accessor<number>): Accessor<number> {
  const [count, setCount] = createSignal(first);
  createEffect(() => {
    if (count() >= length()) return;
    const timer = setTimeout(() => setCount((before) => before + step));
    onCleanup(() => clearTimeout(timer));
  });
  const drawAll = () => setCount((before) => Math.max(before, length()));
  addEventListener("beforeprint", drawAll);
  onCleanup(() => removeEventListener("beforeprint", drawAll));
  return count;
}
