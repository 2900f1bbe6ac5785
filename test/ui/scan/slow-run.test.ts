import { describe, expect, test } from "vitest";
import { groupSeparator } from "../../../src/domain/product/gtin.ts";
import { burstEndMs, burstGapMsMax } from "../../../src/ui/scan/burst.ts";
import { followRun, judgeRun, noRun, type Run } from "../../../src/ui/scan/slow-run.ts";

const codes = new Set(["4006381333931", "ABC-1234", "HAMMER", "1234"]);
const isKnown = (code: string) => codes.has(code);
const slow = burstGapMsMax + 15;
const fast = 8;

/** A run of these keys; `gapsMs` between them, the last one for all that follow. */
function run(text: string, ...gapsMs: readonly number[]): Run {
  let timeMs = 1_000;
  return [...text].reduce((before, key, at) => {
    timeMs += at === 0 ? 0 : (gapsMs[at - 1] ?? gapsMs.at(-1) ?? 0);
    return followRun(before, { key, timeMs, human: false });
  }, noRun);
}
const judged = (keys: Run, into: "field" | "elsewhere", tailIsKnown = false) => {
  const scan = judgeRun(keys, keys.lastMs + slow, into, isKnown, tailIsKnown);
  return scan === undefined ? undefined : [scan.code, scan.typed];
};

describe("[D1] [D2] a scanner that is slow, or falters", () => {
  test("on a button its code is a scan, known or not, and its Enter presses nothing", () => {
    expect(judged(run("4006381333931", slow), "elsewhere")).toEqual(["4006381333931", ""]);
    expect(judged(run("9999999999994", slow), "elsewhere")).toEqual(["9999999999994", ""]);
    expect(judged(run("TEA-1", burstEndMs - 1), "elsewhere")).toEqual(["TEA-1", ""]);
  });
  test("three keys, keys with a space, or an end that comes late are none", () => {
    expect(judged(run("123", slow), "elsewhere")).toBeUndefined();
    expect(judged(run("    ", slow), "elsewhere")).toBeUndefined();
    const keys = run("4006381333931", slow);
    expect(judgeRun(keys, keys.lastMs + burstEndMs + 1, "elsewhere", isKnown, false)).toBeUndefined();
    expect(judged(run("4006381333931", burstEndMs), "elsewhere")).toBeUndefined();
  });
  test("in a field a barcode is one where it is known; what is not may be a person's", () => {
    expect(judged(run("4006381333931", slow), "field")).toEqual(["4006381333931", ""]);
    expect(judged(run("12*4006381333931", slow), "field")).toEqual(["4006381333931", "12*"]);
    expect(judged(run("9999999999994", slow), "field")).toBeUndefined();
    expect(judged(run("1234", slow), "field")).toBeUndefined();
    expect(judged(run("HAMMER", slow), "field")).toBeUndefined();
  });
  test("one that falters is not cut in two: no part of its code becomes a quantity", () => {
    expect(judged(run("9999999999994", fast, slow, fast), "field")).toEqual(["9999999999994", ""]);
    expect(judged(run("ABC-1234", fast, fast, fast, slow, fast), "field")).toEqual(["ABC-1234", ""]);
    expect(judged(run("XYZ-1234", fast, fast, fast, slow, fast), "field")).toBeUndefined();
  });
  test("what was typed just before a scan is no part of it", () => {
    expect(judged(run("34006381333931", slow, fast), "field", true)).toBeUndefined();
    expect(judged(run("34006381333931", slow, fast), "elsewhere", true)).toBeUndefined();
  });
  test("as fast as a burst, it is a burst's to judge; a key of a person's ends it", () => {
    expect(judged(run("4006381333931", fast), "elsewhere")).toBeUndefined();
    const held = followRun(run("400", slow), { key: "0", timeMs: 1_150, human: true });
    expect(held).toEqual(noRun);
    expect(followRun(noRun, { key: groupSeparator, timeMs: 1, human: false })).toEqual(noRun);
  });
});
