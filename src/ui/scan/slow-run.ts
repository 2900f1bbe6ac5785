import { groupSeparator } from "../../domain/product/gtin.ts";
import {
  burstCharsMax,
  burstCharsMin,
  burstEndMs,
  burstGapMsMax,
  isModifier,
  type PressedKey,
} from "./burst.ts";
import { quantityBefore, type Scanned } from "./judge-burst.ts";

/** Keys that came without a pause, at whatever speed: a slow scanner's, one that falters, or a person's. */
export interface Run {
  readonly text: string;
  /** How many of its characters came slower than a scan's do. */
  readonly slowCount: number;
  readonly lastMs: number;
}

/** Silence. */
export const noRun: Run = { text: "", slowCount: 0, lastMs: Number.NEGATIVE_INFINITY };

/** The run after one more key; Enter and Tab end one and are not heard here. */
export function followRun(run: Run, key: PressedKey): Run {
  if (isModifier(key.key)) return run;
  if (key.key === groupSeparator && run.text === "") return noRun;
  if (key.human || [...key.key].length !== 1) return noRun;
  const sinceMs = key.timeMs - run.lastMs;
  if (sinceMs >= burstEndMs) return { text: key.key, slowCount: 0, lastMs: key.timeMs };
  return {
    text: `${run.text}${key.key}`.slice(0, burstCharsMax),
    slowCount: run.slowCount + (sinceMs > burstGapMsMax ? 1 : 0),
    lastMs: key.timeMs,
  };
}

/**
 * What a run is that Enter or Tab has ended, and that was too slow for a burst: over the air scanners take 60 ms a
 * character, and falter. Undefined where it may well be a person's typing.
 * 1. Where nothing can be typed nobody types: four characters and an end are a scan, and press nothing.
 * 2. In a field eight figures or more are one where they are known, or where few of them came slowly: no hand is so
 *    uneven. The same for a known code of at least six other characters. A quantity before it was typed.
 * Where its last, fast part alone is a code that is known (`tailIsKnown`), what came before it was typed.
 */
export function judgeRun(
  run: Run,
  endedMs: number,
  into: "field" | "elsewhere",
  isKnown: (code: string) => boolean,
  tailIsKnown: boolean,
): Scanned | undefined {
  const { text, slowCount } = run;
  const length = [...text].length;
  const isCandidate = slowCount > 0 && length >= burstCharsMin && endedMs - run.lastMs <= burstEndMs;
  if (!isCandidate || /\s/.test(text)) return undefined;
  if (tailIsKnown && !isKnown(text)) return undefined;
  if (into === "elsewhere") return { is: "scan", code: text, typed: "" };
  const typed = quantityBefore.exec(text)?.[0] ?? "";
  const code = text.slice(typed.length);
  const falters = slowCount * 4 < length;
  const isScan = /^\d{8,}$/.test(code)
    ? falters || isKnown(code)
    : falters && [...code].length >= 6 && /\d/.test(code) && isKnown(code);
  return isScan ? { is: "scan", code, typed } : undefined;
}
