import { describe, expect, test } from "vitest";
import { burstEndMs, burstGapMsMax } from "../../../src/ui/scan/burst.ts";
import { followHeldKeys, isUnreadable, noHeldKeys } from "../../../src/ui/scan/held-keys.ts";

/** The keys in a row, each `gapMs` after the one before; those of `held` with Ctrl, Alt or Meta. */
function follow(keys: readonly string[], held: (at: number) => boolean, gapMs = 8, repeated = false) {
  return keys.reduce(
    (all, key, at) => followHeldKeys(all, { key, timeMs: 1_000 + at * gapMs, held: held(at), repeated }),
    noHeldKeys,
  );
}
const code = [..."4006381333931"];
const lastMs = 1_000 + (code.length - 1) * 8;

describe("[D1] a scan while Ctrl, Alt or Meta is down", () => {
  test("cannot be read, whether the key is down for all of it, for its beginning or for its end", () => {
    for (const held of [() => true, (at: number) => at === 0, (at: number) => at > 6]) {
      expect(isUnreadable(follow(code, held), lastMs + 8)).toBe(true);
    }
  });
  test("cannot be read where each character is spelt as Alt and figures", () => {
    const spelt = [..."4006"].flatMap((digit) => ["Alt", ..."00", ...String(digit.charCodeAt(0))]);
    expect(
      isUnreadable(
        follow(spelt, () => true),
        1_000 + (spelt.length - 1) * 8 + 8,
      ),
    ).toBe(true);
  });
  test("is none without such a key, at a person's speed, for a key kept down, or when its Enter comes late", () => {
    expect(
      isUnreadable(
        follow(code, () => false),
        lastMs + 8,
      ),
    ).toBe(false);
    const slowMs = burstGapMsMax + 1;
    expect(
      isUnreadable(
        follow(code, () => true, slowMs),
        1_000 + 12 * slowMs + 8,
      ),
    ).toBe(false);
    expect(
      isUnreadable(
        follow(code, () => true, 8, true),
        lastMs + 8,
      ),
    ).toBe(false);
    expect(
      isUnreadable(
        follow(code, () => true),
        lastMs + burstEndMs + 1,
      ),
    ).toBe(false);
    expect(
      isUnreadable(
        follow(["c", "v", "z"], () => true),
        1_024,
      ),
    ).toBe(false);
  });
});
