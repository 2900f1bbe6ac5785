import type { PressedKey } from "./burst.ts";
import { judgeBurst, type Scanned } from "./judge-burst.ts";
import { fellInto, holdOnly, makeNotedFields } from "./noted-fields.ts";
import { followRun, judgeRun, noRun, type Run } from "./slow-run.ts";
import type { Before } from "./taken-back.ts";

/** The keys that come slower than a burst's: what they come to is known when Enter or Tab ends them. */
interface Runs {
  readonly hear: (key: PressedKey) => void;
  /** Notes what a key may change that was heard last. */
  readonly note: (target: Element | null, key: PressedKey) => void;
  /**
   * The scan that they were, at the time of their end, and the fields that it fell into; undefined where they were none.
   * `tail` is their last, fast part.
   */
  readonly end: (
    endedMs: number,
    tail: string,
  ) => { readonly noted: readonly Before[]; readonly scanned: Scanned } | undefined;
  readonly forget: () => void;
}

export function makeRuns(isKnown: (code: string) => boolean): Runs {
  let run: Run = noRun;
  const fields = makeNotedFields();
  return {
    hear: (key) => {
      run = followRun(run, key);
    },
    note: (target, { key }) => {
      if (run.text === key) fields.forget();
      fields.note(target);
    },
    end: (endedMs, tail) => {
      const noted = fields.all();
      const ended = run;
      run = noRun;
      // A choice is made by typing, however slowly.
      if (noted.some(({ element }) => element instanceof HTMLSelectElement)) return undefined;
      if (!holdOnly(noted, ended.text)) return undefined;
      const judgedTail = judgeBurst(tail, fellInto(noted), isKnown);
      const tailIsKnown = judgedTail.is === "scan" && isKnown(judgedTail.code);
      const into = noted.length > 0 ? "field" : "elsewhere";
      const scanned = judgeRun(ended, endedMs, into, isKnown, tailIsKnown);
      return scanned && { noted, scanned };
    },
    forget: () => {
      run = noRun;
    },
  };
}
