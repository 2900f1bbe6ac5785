import { burstCharsMin, burstEndMs, burstGapMsMax, isModifier } from "./burst.ts";

/** Keys as fast as a scanner's, up to now, of which some came while Ctrl, Alt or Meta was down. */
export interface HeldKeys {
  readonly count: number;
  readonly lastMs: number;
  /** Whether Ctrl, Alt or Meta was down with any of them: then nobody can say what was scanned. */
  readonly isHeld: boolean;
  /** Whether it was down with every one of them. */
  readonly isAllHeld: boolean;
  /** A pause has ended them and they were dealt with: what still comes of them is taken back, and told no second time. */
  readonly isDealtWith: boolean;
}

/** Silence. */
export const noHeldKeys: HeldKeys = {
  count: 0,
  lastMs: Number.NEGATIVE_INFINITY,
  isHeld: false,
  isAllHeld: false,
  isDealtWith: false,
};

/** A key that went down; `held` with Ctrl, Alt or Meta, `repeated` while it was kept down. */
export interface HeldKey {
  readonly key: string;
  readonly timeMs: number;
  readonly held: boolean;
  readonly repeated: boolean;
}

/**
 * Follows the keys. A scanner types on while a key of the keyboard is stuck or held, and some spell each character as
 * Alt and figures: their Enter must not press what has the focus, and what is left of a code is no code.
 */
export function followHeldKeys(keys: HeldKeys, { key, timeMs, held, repeated }: HeldKey): HeldKeys {
  if (isModifier(key) || key === "Meta") return keys;
  if (repeated || [...key].length !== 1) return noHeldKeys;
  if (timeMs - keys.lastMs > burstGapMsMax) {
    return { count: 1, lastMs: timeMs, isHeld: held, isAllHeld: held, isDealtWith: false };
  }
  return {
    count: keys.count + 1,
    lastMs: timeMs,
    isHeld: keys.isHeld || held,
    isAllHeld: keys.isAllHeld && held,
    isDealtWith: keys.isDealtWith,
  };
}

/** Whether they were a scan that nobody can read, at the time when Enter or Tab comes behind them. */
export function isUnreadable({ count, lastMs, isHeld }: HeldKeys, endMs: number): boolean {
  return isHeld && count >= burstCharsMin && endMs - lastMs <= burstEndMs;
}
