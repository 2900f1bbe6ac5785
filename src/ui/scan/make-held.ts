import { groupSeparator } from "../../domain/product/gtin.ts";
import { burstCharsMin, burstEndMs, isModifier, type PressedKey } from "./burst.ts";
import { followHeldKeys, type HeldKeys, isUnreadable, noHeldKeys } from "./held-keys.ts";
import { judgeBurst, type Scanned } from "./judge-burst.ts";
import { isTogether } from "./key-events.ts";
import { fellInto, makeNotedFields } from "./noted-fields.ts";
import { type Before, insertedInto } from "./taken-back.ts";

interface HeldParts {
  readonly isKnown: (code: string) => boolean;
  /** Takes a scan that ended at this time; undefined where only the fields are to be put back. */
  readonly takeScan: (noted: readonly Before[], scanned: Scanned | undefined, endedMs: number) => void;
  readonly onUnreadable: () => void;
  /** Hears that the keys up to now are no longer waited for. */
  readonly onSettled: () => void;
}

/** The keys that come while Ctrl, Alt or Meta is down: of a scan among them nobody can say what it was. */
interface Held {
  readonly isHolding: () => boolean;
  /** What a key is here: no part of such keys, one that goes its way, or one that presses nothing. */
  readonly hear: (event: KeyboardEvent, target: Element | null, key: PressedKey) => HeardHeld;
  readonly stopWaiting: () => void;
}

type HeardHeld = "none" | "passes" | "swallowed" | "end";

export function makeHeld({ isKnown, takeScan, onUnreadable, onSettled }: HeldParts): Held {
  let keys: HeldKeys = noHeldKeys;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fields = makeNotedFields();
  const stopWaiting = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  /**
   * Puts the fields back as they were, and says that the scan cannot be read. Some systems turn Alt and figures into
   * characters: then the code is in the field, and is taken like any other scan.
   */
  const end = (endedMs: number): "taken" | "typed" => {
    const noted = fields.all();
    const ended = keys;
    keys = noHeldKeys;
    fields.forget();
    stopWaiting();
    const judged = judgeInserted(noted, ended, isKnown);
    if (judged?.is === "typed") return "typed";
    keys = { ...ended, isDealtWith: true };
    takeScan(noted, judged, endedMs);
    if (judged === undefined && !ended.isDealtWith) onUnreadable();
    return "taken";
  };
  const waitForPause = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      if (isUnreadable(keys, keys.lastMs)) end(keys.lastMs);
      onSettled();
    }, burstEndMs);
  };
  const hearEnd = (timeMs: number): HeardHeld => {
    const wasScan = isUnreadable(keys, timeMs) && end(timeMs) === "taken";
    keys = noHeldKeys;
    stopWaiting();
    return wasScan ? "end" : "none";
  };
  const hear = (event: KeyboardEvent, target: Element | null, { key, timeMs }: PressedKey): HeardHeld => {
    if (key === "Enter" || key === "Tab") return hearEnd(timeMs);
    const held = isTogether(event) && key !== groupSeparator;
    keys = followHeldKeys(keys, { key, timeMs, held, repeated: event.repeat || event.isComposing });
    if (keys.count === 1) fields.forget();
    fields.note(target);
    if (!keys.isHeld || isModifier(key)) return "none";
    waitForPause();
    // Alt and figures must reach the system, which may make characters of them.
    return keys.count > 1 && !event.altKey ? "swallowed" : "passes";
  };
  return { isHolding: () => timer !== undefined, hear, stopWaiting };
}

/** What came into a field of keys that were held down all along, where it is enough for a code; a part is none. */
function judgeInserted(
  noted: readonly Before[],
  { isAllHeld, isDealtWith }: HeldKeys,
  isKnown: (code: string) => boolean,
) {
  const isCode = (text: string) => isAllHeld && !isDealtWith && text.length >= burstCharsMin;
  const inserted = noted.map(insertedInto).find(isCode);
  return inserted === undefined ? undefined : judgeBurst(inserted, fellInto(noted), isKnown);
}
