import { burstEndMs, isModifier, noBurst, takenBurst } from "./burst.ts";
import type { Scanned } from "./judge-burst.ts";
import { isShortcut, pressedKey } from "./key-events.ts";
import { makeBursts } from "./make-bursts.ts";
import { makeHeld } from "./make-held.ts";
import { makeRuns } from "./make-runs.ts";
import { type Before, isTextField, takeBack } from "./taken-back.ts";

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
export function listenForScans(taker: ScanTaker): ScanListener {
  const keys = makeScanKeys(taker);
  // The keys whose going up belongs to a key that was swallowed.
  const swallowed = new Set<string>();
  const onKeyDown = (event: KeyboardEvent) => {
    const heard = keys.hear(event);
    if (heard === "end") swallowed.add(event.key);
    if (heard !== "passes") swallow(event);
    keys.tellSettled();
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (swallowed.delete(event.key)) swallow(event);
  };
  document.addEventListener("keydown", onKeyDown, true);
  document.addEventListener("keyup", onKeyUp, true);
  return {
    settled: keys.settled,
    stop: () => {
      document.removeEventListener("keydown", onKeyDown, true);
      document.removeEventListener("keyup", onKeyUp, true);
      keys.stop();
    },
  };
}

/** What becomes of a key: it does what it does, it does nothing, or it does nothing as the end of a scan. */
type Fate = "passes" | "swallowed" | "end";

interface ScanKeys extends ScanListener {
  readonly hear: (event: KeyboardEvent) => Fate;
  /** Tells whoever waits, where no key can still belong to a scan. */
  readonly tellSettled: () => void;
}

/** Hears each key as one of a burst, of slower keys, and of keys while others are held down. */
function makeScanKeys({ isKnown, onScan, onUnreadable }: ScanTaker): ScanKeys {
  const { settled, tellSettled } = makeWaiters(() => bursts.isHolding() || held.isHolding());
  const takeScan = (noted: readonly Before[], scanned: Scanned | undefined, typed: string) => {
    runs.forget();
    for (const before of noted) takeBack(before, typed);
    if (scanned !== undefined) onScan(scanned.code);
  };
  const runs = makeRuns(isKnown);
  const bursts = makeBursts({ isKnown, takeScan, onSettled: tellSettled });
  const held = makeHeld({
    isKnown,
    takeScan: (noted, scanned, endedMs) => {
      if (scanned !== undefined) bursts.replace(takenBurst(endedMs));
      takeScan(noted, scanned, scanned?.typed ?? "");
    },
    onUnreadable,
    onSettled: tellSettled,
  });
  /** Takes the keys up to now as a scan that was too slow for a burst, where they were one. */
  const takeSlow = (timeMs: number, tail: string): boolean => {
    const found = runs.end(timeMs, tail);
    if (found === undefined) return false;
    bursts.replace(takenBurst(timeMs, burstEndMs));
    bursts.stopWaiting();
    takeScan(found.noted, found.scanned, found.scanned.typed);
    return true;
  };
  const hear = (event: KeyboardEvent): Fate => {
    const target = event.target instanceof Element ? event.target : null;
    const pressed = pressedKey(event);
    // The times of the keys themselves say first whether the one before was a scan.
    bursts.endByPause(pressed.timeMs);
    // A shortcut is no key of a scan: what was scanned before it is taken before it does anything.
    if (isShortcut(event, pressed, bursts.current())) bursts.takeByPause();
    const heardHeld = held.hear(event, target, pressed);
    if (heardHeld !== "none") {
      // What is left of the code must not be taken for one.
      bursts.replace(noBurst);
      bursts.stopWaiting();
      runs.forget();
      return heardHeld;
    }
    const heard = bursts.hear(pressed);
    const isEnd = event.key === "Enter" || event.key === "Tab";
    const tail = heard.is === "end" ? heard.text : "";
    if (isEnd && !pressed.human && takeSlow(pressed.timeMs, tail)) return "end";
    if (isEnd) runs.forget();
    else runs.hear(pressed);
    if (heard.is === "first" || heard.is === "further") {
      runs.note(target, pressed);
      bursts.follow(target, heard);
      return heard.is === "further" && isLostOn(target, event.key) ? "swallowed" : "passes";
    }
    const ends = heard.is === "late-end" || (heard.is === "end" && bursts.takeByKey(pressed.timeMs));
    if (!isModifier(event.key)) bursts.stopWaiting();
    return ends ? "end" : "passes";
  };
  const stop = () => {
    bursts.stopWaiting();
    held.stopWaiting();
    bursts.takeByPause();
    bursts.replace(noBurst);
    tellSettled();
  };
  return { hear, settled, tellSettled, stop };
}

/** Lets others wait for as long as a key that was heard may belong to a scan. */
function makeWaiters(isHolding: () => boolean): Pick<ScanKeys, "settled" | "tellSettled"> {
  let waiting: (() => void)[] = [];
  return {
    settled: () => (isHolding() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    tellSettled: () => {
      if (isHolding()) return;
      const settled = waiting;
      waiting = [];
      for (const tell of settled) tell();
    },
  };
}

/**
 * Whether a key that may be a scan's must not reach its place: a space would press a button, or open a choice. Letters
 * reach a choice, since quick fingers choose with them; what a scan chooses is taken back.
 */
function isLostOn(target: Element | null, key: string): boolean {
  if (target instanceof HTMLSelectElement) return key === " ";
  return !isTextField(target);
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
