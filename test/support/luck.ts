/** Luck that can be had again: the same seed draws the same. */
export interface Luck {
  readonly seed: number;
  /** A number from 0, below 1. */
  readonly draw: () => number;
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number;
  readonly oneOf: <Value>(values: readonly Value[]) => Value;
}

/** Mulberry32, after Tommy Ettinger's public domain generator: 32 bits of state are plenty for picking moments. */
export function makeLuck(seed: number): Luck {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
  return {
    seed,
    draw,
    between,
    oneOf: (values) => {
      const chosen = values[between(0, values.length - 1)];
      if (chosen === undefined) throw new Error("expected something to choose from, found nothing");
      return chosen;
    },
  };
}
