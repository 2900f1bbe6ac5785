import { groupSeparator } from "../../domain/product/gtin.ts";
import { type Burst, burstGapMsMax, isModifier, type PressedKey } from "./burst.ts";

/** A key as the decision needs it. */
export function pressedKey(event: KeyboardEvent): PressedKey {
  const isSeparator = event.key === "F8" || (event.key === "]" && event.ctrlKey && !event.altKey);
  const key = isSeparator ? groupSeparator : event.key;
  return { key, timeMs: event.timeStamp, human: isHuman(event, isSeparator) };
}

/**
 * Held down, pressed together with others, or part of an input method's composing (229 is its sign in some browsers).
 * The group separator and signs behind AltGr are a scanner's too.
 */
function isHuman(event: KeyboardEvent, isSeparator: boolean): boolean {
  const { repeat, isComposing, keyCode } = event;
  return repeat || isComposing || (isTogether(event) && !isSeparator) || keyCode === 229;
}

/** Pressed with Ctrl, Alt or Meta; AltGr only makes signs. */
export function isTogether(event: KeyboardEvent): boolean {
  const { ctrlKey, altKey, metaKey } = event;
  return (ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph");
}

/** A key pressed with Ctrl, Alt or Meta behind a burst, by hand: slower than the burst, or one that no code holds. */
export function isShortcut(event: KeyboardEvent, { key, timeMs, human }: PressedKey, burst: Burst): boolean {
  if (!human || !isTogether(event) || isModifier(key) || event.repeat || event.isComposing) return false;
  return key === "Enter" || key === "Tab" || timeMs - burst.lastMs > burstGapMsMax;
}
