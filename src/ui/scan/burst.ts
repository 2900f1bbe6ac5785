import { groupSeparator } from "../../domain/product/gtin.ts";

/** The longest time between two characters of a scan, in ms. People who type fast need 60 to 90. */
export const burstGapMsMax = 45;
/** The fewest characters of a scan. */
export const burstCharsMin = 4;
/**
 * How long after the last character Enter or Tab still belongs to a scan, and after which a scan without either ends.
 */
export const burstEndMs = 100;
/** The most characters that are kept of one burst; a 2D code with more is no article's. */
export const burstCharsMax = 200;

/** A key that went down, as the decision needs it. */
export interface PressedKey {
  /**
   * As the browser names it: one character, or `Enter`, `Tab`, `Shift` and so on; or the group separator, which
   * scanners send as Ctrl and `]`, or as F8.
   */
  readonly key: string;
  /** When it was pressed (the event's own time, which a busy page does not delay). */
  readonly timeMs: number;
  /** Held down and repeated, pressed with Ctrl, Alt or Meta, or part of an input method's composing: never a scan. */
  readonly human: boolean;
}

/** The keys that came as fast as a scanner's, up to now. */
export interface Burst {
  readonly text: string;
  /** The beginning of `text` that a pause has ended and that was taken: then more of it came late. */
  readonly taken: string;
  /** When its last character came; for a scan that a key has ended, when it ended. */
  readonly lastMs: number;
  /**
   * A pause or a key has ended it. Of what was taken, Enter or Tab may still follow within `lateEndMs`. A pause may have
   * been none: a busy machine hands keys over late, and their own times say that they belong to it.
   */
  readonly over: boolean;
  readonly lateEndMs: number;
}

/** What a key means. */
export type Heard =
  /** Nothing of a scan: the key does what it does. */
  | { readonly is: "no-scan" }
  /** Perhaps the first character of a scan: what the key changes must be kept, so that it can be taken back. */
  | { readonly is: "first" }
  /** As fast as a scan, and not yet over. */
  | { readonly is: "further" }
  /** Enter or Tab behind a burst: if it is taken for a scan, the key presses nothing. */
  | { readonly is: "end"; readonly text: string }
  /** Enter or Tab of a scan that is over already: it presses nothing. */
  | { readonly is: "late-end" };

/** Silence. */
export const noBurst: Burst = {
  text: "",
  taken: "",
  lastMs: Number.NEGATIVE_INFINITY,
  over: false,
  lateEndMs: 0,
};

/** Keys that type nothing of their own: scanners press them for capitals and for signs. */
const modifiers: ReadonlySet<string> = new Set([
  "Shift",
  "CapsLock",
  "Control",
  "Alt",
  "AltGraph",
  "NumLock",
]);

/** Whether a key only changes what others type. */
export function isModifier(key: string): boolean {
  return modifiers.has(key);
}

/**
 * Hears one key. A burst is a run of characters, each within `burstGapMsMax` of the one before; whatever else is
 * pressed ends it without a scan, except the keys that only change what others type.
 */
export function hearKey(burst: Burst, key: PressedKey): { readonly burst: Burst; readonly heard: Heard } {
  const sinceMs = key.timeMs - burst.lastMs;
  if (isModifier(key.key)) return { burst, heard: { is: "no-scan" } };
  if (key.human) return { burst: noBurst, heard: { is: "no-scan" } };
  if (key.key === "Enter" || key.key === "Tab") {
    if (burst.over && sinceMs <= burst.lateEndMs) return { burst, heard: { is: "late-end" } };
    if (isLong(burst) && sinceMs <= burstEndMs) return { burst, heard: { is: "end", text: burst.text } };
    return { burst: noBurst, heard: { is: "no-scan" } };
  }
  if ([...key.key].length !== 1) return { burst: noBurst, heard: { is: "no-scan" } };
  const follows = burst.text !== "" && sinceMs <= burstGapMsMax;
  if (key.key === groupSeparator && !follows) return { burst: noBurst, heard: { is: "no-scan" } };
  const text = follows ? `${burst.text}${key.key}`.slice(0, burstCharsMax) : key.key;
  return {
    burst: { text, taken: follows ? burst.taken : "", lastMs: key.timeMs, over: false, lateEndMs: 0 },
    heard: { is: follows ? "further" : "first" },
  };
}

/** The burst that a pause has ended, if it has: long enough, and silent for long enough. */
export function hearPause(burst: Burst, nowMs: number): string | undefined {
  return !burst.over && isLong(burst) && nowMs - burst.lastMs >= burstEndMs ? burst.text : undefined;
}

/** After a key has ended a scan and it was taken: a second Enter or Tab may follow within `lateEndMs`. */
export function takenBurst(lastMs: number, lateEndMs = burstGapMsMax): Burst {
  return { ...noBurst, lastMs, over: true, lateEndMs };
}

/**
 * After a pause has ended a burst: it was taken, or was no scan. Keys that were pressed before the pause and are heard
 * late continue it.
 */
export function pausedBurst({ text, taken, lastMs }: Burst, isTaken: boolean): Burst {
  return isTaken
    ? { text, taken: text, lastMs, over: true, lateEndMs: burstEndMs }
    : { text, taken, lastMs, over: true, lateEndMs: Number.NEGATIVE_INFINITY };
}

/** Whether it may be a scan: not over yet, and long enough. */
export function isLong(burst: Burst): boolean {
  return !burst.over && [...burst.text].length >= burstCharsMin;
}
