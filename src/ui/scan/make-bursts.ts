import {
  type Burst,
  burstEndMs,
  type Heard,
  hearKey,
  hearPause,
  isLong,
  noBurst,
  type PressedKey,
  pausedBurst,
  takenBurst,
} from "./burst.ts";
import { judgeBurst, judgeLate, type Scanned } from "./judge-burst.ts";
import { fellInto, holdOnly, makeNotedFields } from "./noted-fields.ts";
import type { Before } from "./taken-back.ts";

/** How late a timer may ring before the page counts as busy: it hears late then, perhaps more of the same scan. */
const lateMsMax = 30;
/**
 * How many pauses are waited for before a code that is not known counts as whole: keys that a busy machine still holds
 * back must not become the rest of it. A known one is taken at the first.
 */
const unknownTurns = 3;

interface BurstParts {
  readonly isKnown: (code: string) => boolean;
  /** Takes a scan; undefined where only the fields are to be put back. `typed` was before it and stays. */
  readonly takeScan: (noted: readonly Before[], scanned: Scanned | undefined, typed: string) => void;
  /** Hears that the keys up to now are no longer waited for. */
  readonly onSettled: () => void;
}

/** The keys as fast as a scanner's: heard one by one, and taken where a key or a pause has ended them. */
interface Bursts {
  readonly current: () => Burst;
  /** Whether more of a scan may come. */
  readonly isHolding: () => boolean;
  readonly hear: (key: PressedKey) => Heard;
  /** Notes what a key may change that belongs to the burst, and waits for the pause behind it. */
  readonly follow: (target: Element | null, heard: Heard) => void;
  /** Whether the burst was a scan that Enter or Tab has ended at this time; if so it has been taken. */
  readonly takeByKey: (timeMs: number) => boolean;
  /** The same for one that is ended by whatever comes after it. */
  readonly takeByPause: () => boolean;
  /** Takes what a pause of the keys themselves has ended by now. */
  readonly endByPause: (nowMs: number) => void;
  /** Goes on with another burst, after something else has made of the keys what they are. */
  readonly replace: (by: Burst) => void;
  readonly stopWaiting: () => void;
}

export function makeBursts({ isKnown, takeScan, onSettled }: BurstParts): Bursts {
  let burst: Burst = noBurst;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fields = makeNotedFields();

  const take = ({ text, taken }: Burst, after: (isTaken: boolean) => Burst): boolean => {
    const noted = fields.all();
    burst = after(false);
    if (!holdOnly(noted, text.slice(taken.length))) return false;
    const judged = judgeBurst(text, fellInto(noted), isKnown);
    if (taken === "" && judged.is === "typed") return false;
    burst = after(true);
    fields.forget();
    if (taken !== "") takeScan(noted, judgeLate(taken, text, isKnown), "");
    else if (judged.is === "scan") takeScan(noted, judged, judged.typed);
    return true;
  };
  const takeByPause = () => {
    const ended = burst;
    return take(ended, (isTaken) => pausedBurst(ended, isTaken));
  };
  const endByPause = (nowMs: number, isSure: boolean): boolean => {
    const text = hearPause(burst, nowMs);
    if (text === undefined || !(isSure || isKnown(text))) return false;
    takeByPause();
    return true;
  };
  const isHolding = () => burst.text !== "" && !burst.over;
  const waitForPause = (turn = 1) => {
    clearTimeout(timer);
    const dueMs = performance.now() + burstEndMs;
    timer = setTimeout(() => {
      if (!isHolding()) return onSettled();
      const nowMs = performance.now();
      const isLate = nowMs - dueMs > lateMsMax;
      const isSure = !isLate && turn === unknownTurns;
      const hasEnded = !isLate && endByPause(nowMs, isSure);
      // Too few keys for a scan, and nothing comes after them.
      if (isSure && !hasEnded) burst = pausedBurst(burst, false);
      if (isSure || hasEnded) onSettled();
      else waitForPause(isLate ? turn : turn + 1);
    }, burstEndMs);
  };
  return {
    current: () => burst,
    isHolding,
    hear: (key) => {
      const next = hearKey(burst, key);
      burst = next.burst;
      return next.heard;
    },
    follow: (target, heard) => {
      if (heard.is === "first") fields.forget();
      fields.note(target);
      waitForPause();
    },
    takeByKey: (timeMs) =>
      isLong(burst) && take(burst, (isTaken) => (isTaken ? takenBurst(timeMs) : noBurst)),
    takeByPause: () => isLong(burst) && takeByPause(),
    endByPause: (nowMs) => {
      endByPause(nowMs, true);
    },
    replace: (by) => {
      burst = by;
    },
    stopWaiting: () => clearTimeout(timer),
  };
}
