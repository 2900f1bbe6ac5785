import { groupSeparator } from "../../domain/product/gtin.ts";
import {
  type Burst,
  burstCharsMin,
  burstEndMs,
  burstGapMsMax,
  hearKey,
  hearPause,
  isLong,
  isModifier,
  noBurst,
  type PressedKey,
  takenBurst,
} from "./burst.ts";
import { followHeldKeys, type HeldKeys, isUnreadable, noHeldKeys } from "./held-keys.ts";
import { type FellInto, type Judged, judgeBurst } from "./judge-burst.ts";
import { followRun, judgeRun, noRun, type Run } from "./slow-run.ts";
import { type Before, holdsOnly, insertedInto, isTextField, noteBefore, takeBack } from "./taken-back.ts";

/** How late a timer may ring before the page counts as busy: it hears late then, perhaps more of the same scan. */
const lateMsMax = 30;
/**
 * How many pauses are waited for before a code that is not known counts as whole: keys that a busy machine still holds
 * back must not become the rest of it. A known one is taken at the first.
 */
const unknownTurns = 3;

type Scanned = Extract<Judged, { readonly is: "scan" }>;

export interface ScanTaker {
  /** Whether a code is one that this screen knows exactly. */
  readonly isKnown: (code: string) => boolean;
  readonly onScan: (code: string) => void;
  /** Something was scanned while Ctrl, Alt or Meta was down: nobody can say what. */
  readonly onUnreadable: () => void;
}

/** A listener for scans. */
export interface ScanListener {
  /** Waits until no key that was heard can still belong to a scan: what was scanned before it has been taken then. */
  readonly settled: () => Promise<void>;
  /** Takes what was scanned, and listens no more. */
  readonly stop: () => void;
}

/**
 * Listens for the scanner of this page, which types like a keyboard ("wedge"): before everything else, wherever the
 * focus is. What a scan typed into a field is taken back out of it, and its Enter or Tab presses nothing.
 */
export function listenForScans({ isKnown, onScan, onUnreadable }: ScanTaker): ScanListener {
  let burst: Burst = noBurst;
  let fields = new Map<Element, Before>();
  // The same for keys that come slower: what they may come to is known when Enter or Tab ends them.
  let run: Run = noRun;
  let runFields = new Map<Element, Before>();
  // The same for keys of which nobody can say what they were.
  let heldKeys: HeldKeys = noHeldKeys;
  let heldFields = new Map<Element, Before>();
  let heldTimer: ReturnType<typeof setTimeout> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: (() => void)[] = [];
  const isHolding = () => (burst.text !== "" && !burst.over) || heldTimer !== undefined;
  const tellSettled = () => {
    if (isHolding()) return;
    const settled = waiting;
    waiting = [];
    for (const tell of settled) tell();
  };
  // The keys whose going up belongs to a key that was swallowed.
  const swallowed = new Set<string>();

  const swallow = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  /** Whether the burst was a scan; if so it has been taken. */
  const take = (text: string, lastMs: number, endedBy: "key" | "pause"): boolean => {
    const noted = [...fields.values()];
    burst = noBurst;
    fields = new Map();
    if (!noted.every((before) => holdsOnly(before, asTyped(text)))) return false;
    const judged = judgeBurst(text, fellInto(noted), isKnown);
    if (judged.is === "typed") return false;
    takeScan(noted, judged, takenBurst(lastMs, endedBy));
    return true;
  };
  const takeScan = (noted: readonly Before[], { code, typed }: Scanned, after: Burst) => {
    burst = after;
    fields = new Map();
    run = noRun;
    for (const before of noted) takeBack(before, typed);
    onScan(code);
  };
  /** Whether the keys up to now were a scan that was too slow for a burst; if so it has been taken. */
  const takeSlow = (endedMs: number, tail: string): boolean => {
    const noted = [...runFields.values()];
    const ended = run;
    run = noRun;
    // A choice is made by typing, however slowly.
    if (noted.some(({ element }) => element instanceof HTMLSelectElement)) return false;
    if (!noted.every((before) => holdsOnly(before, asTyped(ended.text)))) return false;
    const into = noted.length > 0 ? "field" : "elsewhere";
    const judgedTail = judgeBurst(tail, fellInto(noted), isKnown);
    const tailIsKnown = judgedTail.is === "scan" && isKnown(judgedTail.code);
    const judged = judgeRun(ended, endedMs, into, isKnown, tailIsKnown);
    if (judged === undefined) return false;
    takeScan(noted, judged, takenBurst(endedMs, "pause"));
    return true;
  };

  /** Ends what a pause of the keys themselves has ended; `isSure` when nothing can come any more. */
  const endByPause = (nowMs: number, isSure: boolean): boolean => {
    const text = hearPause(burst, nowMs);
    if (text === undefined || !(isSure || isKnown(text))) return false;
    take(text, burst.lastMs, "pause");
    return true;
  };
  const waitForPause = (turn = 1) => {
    clearTimeout(timer);
    const dueMs = performance.now() + burstEndMs;
    timer = setTimeout(() => {
      if (burst.text === "" || burst.over) return tellSettled();
      const nowMs = performance.now();
      const isLate = nowMs - dueMs > lateMsMax;
      const isSure = !isLate && turn === unknownTurns;
      const hasEnded = !isLate && endByPause(nowMs, isSure);
      // Too few keys for a scan, and nothing comes after them.
      if (isSure && !hasEnded) burst = noBurst;
      if (isSure || hasEnded) tellSettled();
      else waitForPause(isLate ? turn : turn + 1);
    }, burstEndMs);
  };

  const endHeldTimer = () => {
    clearTimeout(heldTimer);
    heldTimer = undefined;
  };
  /**
   * Puts the fields back as they were, and says that the scan cannot be read. Some systems turn Alt and figures into
   * characters: then the code is in the field, and is taken like any other scan.
   */
  const endHeld = (endedMs: number): "taken" | "typed" => {
    const noted = [...heldFields.values()];
    const { isAllHeld } = heldKeys;
    heldKeys = noHeldKeys;
    heldFields = new Map();
    endHeldTimer();
    // A part of a code is no code.
    const inserted = noted.map(insertedInto).find((text) => isAllHeld && text.length >= burstCharsMin);
    const judged = inserted === undefined ? undefined : judgeBurst(inserted, fellInto(noted), isKnown);
    if (judged?.is === "typed") return "typed";
    if (judged !== undefined) {
      takeScan(noted, judged, takenBurst(endedMs, "key"));
      return "taken";
    }
    for (const before of noted) takeBack(before, "");
    onUnreadable();
    return "taken";
  };
  /** Hears a key with what is held down; whether it is dealt with. */
  const hearHeld = (event: KeyboardEvent, target: Element | null, { key, timeMs }: PressedKey): boolean => {
    if (key === "Enter" || key === "Tab") {
      const wasScan = isUnreadable(heldKeys, timeMs) && endHeld(timeMs) === "taken";
      heldKeys = noHeldKeys;
      endHeldTimer();
      if (!wasScan) return false;
      burst = noBurst;
      run = noRun;
      swallowed.add(event.key);
      swallow(event);
      return true;
    }
    const { repeat, isComposing } = event;
    heldKeys = followHeldKeys(heldKeys, {
      key,
      timeMs,
      held: isTogether(event) && key !== groupSeparator,
      repeated: repeat || isComposing,
    });
    if (heldKeys.count === 1) heldFields = new Map();
    const before = target === null || heldFields.has(target) ? undefined : noteBefore(target);
    if (before !== undefined) heldFields.set(before.element, before);
    if (!heldKeys.isHeld || isModifier(key)) return false;
    // What is left of the code must not be taken for one.
    burst = noBurst;
    run = noRun;
    clearTimeout(timer);
    clearTimeout(heldTimer);
    heldTimer = setTimeout(() => {
      heldTimer = undefined;
      if (isUnreadable(heldKeys, heldKeys.lastMs)) endHeld(heldKeys.lastMs);
      tellSettled();
    }, burstEndMs);
    // Alt and figures must reach the system, which may make characters of them.
    if (heldKeys.count > 1 && !event.altKey) swallow(event);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    hear(event);
    tellSettled();
  };
  const hear = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    // The times of the keys themselves say first whether the one before was a scan.
    endByPause(event.timeStamp, true);
    const pressed = pressedKey(event);
    // A shortcut is no key of a scan: what was scanned before it is taken before it does anything.
    if (isLong(burst) && isShortcut(event, pressed, burst)) take(burst.text, burst.lastMs, "pause");
    if (hearHeld(event, target, pressed)) return;
    const next = hearKey(burst, pressed);
    burst = next.burst;
    const { heard } = next;
    const isEnd = event.key === "Enter" || event.key === "Tab";
    if (isEnd && !pressed.human && takeSlow(event.timeStamp, heard.is === "end" ? heard.text : "")) {
      clearTimeout(timer);
      swallowed.add(event.key);
      swallow(event);
      return;
    }
    run = isEnd ? noRun : followRun(run, pressed);
    if (heard.is === "first" || heard.is === "further") {
      if (heard.is === "first") fields = new Map();
      if (run.text === pressed.key) runFields = new Map();
      const before = target === null || runFields.has(target) ? undefined : noteBefore(target);
      if (before !== undefined) runFields.set(before.element, before);
      const now = target === null || fields.has(target) ? undefined : noteBefore(target);
      if (now !== undefined) fields.set(now.element, now);
      // A space would press a button, a figure would choose from a list.
      if (heard.is === "further" && !isTextField(target)) swallow(event);
      waitForPause();
      return;
    }
    const presses =
      heard.is === "late-end" || (heard.is === "end" && take(heard.text, event.timeStamp, "key"));
    if (heard.is === "no-scan" && isModifier(event.key)) return;
    clearTimeout(timer);
    if (!presses) return;
    swallowed.add(event.key);
    swallow(event);
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (swallowed.delete(event.key)) swallow(event);
  };

  document.addEventListener("keydown", onKeyDown, true);
  document.addEventListener("keyup", onKeyUp, true);
  return {
    settled: () => (isHolding() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    stop: () => {
      clearTimeout(timer);
      endHeldTimer();
      document.removeEventListener("keydown", onKeyDown, true);
      document.removeEventListener("keyup", onKeyUp, true);
      if (isLong(burst)) take(burst.text, burst.lastMs, "pause");
      burst = noBurst;
      tellSettled();
    },
  };
}

/** A key pressed with Ctrl, Alt or Meta behind a burst, by hand: slower than the burst, or one that no code holds. */
function isShortcut(event: KeyboardEvent, { key, timeMs, human }: PressedKey, burst: Burst): boolean {
  if (!human || !isTogether(event) || isModifier(key) || event.repeat || event.isComposing) return false;
  return key === "Enter" || key === "Tab" || timeMs - burst.lastMs > burstGapMsMax;
}

/** A key as the decision needs it. */
function pressedKey(event: KeyboardEvent): PressedKey {
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
function isTogether(event: KeyboardEvent): boolean {
  const { ctrlKey, altKey, metaKey } = event;
  return (ctrlKey || altKey || metaKey) && !event.getModifierState("AltGraph");
}

/** What of a scan is in a field: the separator types nothing. */
function asTyped(text: string): string {
  return text.replaceAll(groupSeparator, "");
}

function fellInto(noted: readonly Before[]): FellInto {
  const field = noted.map(({ element }) => element).find(isTextField);
  if (field === undefined) return "elsewhere";
  return field.getAttribute("data-kind") === "figure" || field.type === "date" ? "figure" : "text";
}
