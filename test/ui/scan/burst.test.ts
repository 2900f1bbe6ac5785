import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupSeparator } from "../../../src/domain/product/gtin.ts";
import {
  type Burst,
  burstCharsMax,
  burstCharsMin,
  burstEndMs,
  burstGapMsMax,
  type Heard,
  hearKey,
  hearPause,
  noBurst,
  type PressedKey,
  pausedBurst,
  takenBurst,
} from "../../../src/ui/scan/burst.ts";

interface Pressed {
  readonly key: string;
  /** After the key before. */
  readonly afterMs: number;
  readonly human?: boolean;
}

/** The scans that are heard in a row of keys, by what the core says alone; a pause is heard before the next key. */
function scansIn(keys: readonly Pressed[], silentMs = 1_000): readonly string[] {
  const scans: string[] = [];
  let burst: Burst = noBurst;
  let nowMs = 5_000;
  const pause = () => {
    const text = hearPause(burst, nowMs);
    if (text === undefined) return;
    scans.push(text);
    burst = pausedBurst(burst, true);
  };
  for (const { key, afterMs, human = false } of keys) {
    nowMs += afterMs;
    pause();
    const next = hearKey(burst, { key, timeMs: nowMs, human });
    burst = next.burst;
    if (next.heard.is === "end") {
      scans.push(next.heard.text);
      burst = takenBurst(nowMs);
    }
  }
  nowMs += silentMs;
  pause();
  return scans;
}

const typed = (text: string, afterMs: number, end: readonly Pressed[] = []): readonly Pressed[] => [
  ...[...text].map((key, at) => ({ key, afterMs: at === 0 ? 1_000 : afterMs })),
  ...end,
];
const enter = { key: "Enter", afterMs: 10 };

describe("[D2] what is a scan", () => {
  test("figures as fast as a scanner, ended by Enter, by Tab or by a pause", () => {
    expect(scansIn(typed("4006381333931", 8, [enter]))).toEqual(["4006381333931"]);
    expect(scansIn(typed("4006381333931", 8, [{ key: "Tab", afterMs: 10 }]))).toEqual(["4006381333931"]);
    expect(scansIn(typed("4006381333931", 8))).toEqual(["4006381333931"]);
  });
  test("each character within 45 ms of the one before, at least four of them, Enter within 100 ms", () => {
    expect(scansIn(typed("1234", burstGapMsMax, [{ key: "Enter", afterMs: burstEndMs }]))).toEqual(["1234"]);
    expect(scansIn(typed("1234", burstGapMsMax + 1, [enter]))).toEqual([]);
    expect(scansIn(typed("123", 5, [enter]))).toEqual([]);
    expect(scansIn(typed("1234", 5), burstEndMs - 1)).toEqual([]);
    expect(scansIn(typed("1234", 5), burstEndMs)).toEqual(["1234"]);
  });
  test("people who type fast, at 60 to 90 ms a key, are never taken for a scanner", () => {
    for (const afterMs of [60, 75, 90]) {
      expect(scansIn(typed("4006381333931", afterMs, [{ key: "Enter", afterMs }]))).toEqual([]);
      expect(scansIn(typed("two cases of plum jam", afterMs))).toEqual([]);
    }
  });
  test("a burst in the middle of what somebody types on is none: the next key came after a moment, not a pause", () => {
    expect(scansIn([...typed("room 4012", 5), { key: "b", afterMs: 70 }, enter])).toEqual([]);
  });
  test("two scans behind each other are two, and a scan right behind typing is only the scan", () => {
    const both = [...typed("11112222", 5, [enter]), ...typed("33334444", 5, [enter])];
    expect(scansIn(both)).toEqual(["11112222", "33334444"]);
    const first = [
      { key: "l", afterMs: 80 },
      { key: "e", afterMs: 80 },
      { key: "4", afterMs: 46 },
    ];
    expect(scansIn([...first, ...typed("0123", 5, [enter]).map((key) => ({ ...key, afterMs: 5 }))])).toEqual([
      "40123",
    ]);
  });
  test("a key that is held down, keys with Ctrl, Alt or Meta, and an input method's are never a scan", () => {
    const held = typed("11111111", 30).map((key, at) => ({ ...key, human: at > 0 }));
    expect(scansIn([...held, enter])).toEqual([]);
    expect(scansIn(typed("abcd", 5, [enter]).map((key) => ({ ...key, human: true })))).toEqual([]);
    const arrow = [...typed("1234", 5), { key: "ArrowLeft", afterMs: 5 }, enter];
    expect(scansIn(arrow)).toEqual([]);
  });
  test("a scanner presses Shift for capitals", () => {
    const keys = ["Shift", "T", "Shift", "E", "A", "-", "1"].map((key) => ({ key, afterMs: 5 }));
    expect(scansIn([...keys, enter])).toEqual(["TEA-1"]);
  });
  test("a scanner presses Ctrl and ] for the separator of a GS1 code, and AltGr or Num Lock for signs", () => {
    const keys = ["0", "1", "Control", groupSeparator, "AltGraph", "@", "NumLock", "9"];
    const pressed = keys.map((key) => ({ key, afterMs: 5, human: key === "Control" }));
    expect(scansIn([...pressed, enter])).toEqual([`01${groupSeparator}@9`]);
    expect(scansIn([{ key: groupSeparator, afterMs: 5 }, ...typed("123", 5, [enter])])).toEqual([]);
  });
  test("what still comes of a scan that a pause has ended presses nothing: its late Enter, or Enter and Tab", () => {
    const paused = pausedBurst({ ...noBurst, text: "4006", lastMs: 100 }, true);
    const after = { key: takenBurst(100), pause: paused };
    const heardAfter = (endedBy: "key" | "pause", key: string, afterMs: number) =>
      hearKey(after[endedBy], { key, timeMs: 100 + afterMs, human: false }).heard.is;
    expect(heardAfter("pause", "Enter", burstEndMs)).toBe("late-end");
    expect(heardAfter("pause", "Enter", burstEndMs + 1)).toBe("no-scan");
    expect(heardAfter("key", "Tab", burstGapMsMax)).toBe("late-end");
    expect(heardAfter("key", "Enter", burstGapMsMax + 1)).toBe("no-scan");
    expect(heardAfter("key", "4", 5)).toBe("first");
  });
  test("a key that was pressed as fast as the others continues a burst that a pause has ended: it only came late", () => {
    for (const isTaken of [true, false]) {
      const paused = pausedBurst({ ...noBurst, text: "4006", lastMs: 100 }, isTaken);
      const heardAfter = (afterMs: number) =>
        hearKey(paused, { key: "3", timeMs: 100 + afterMs, human: false });
      expect(heardAfter(burstGapMsMax)).toMatchObject({
        burst: { text: "40063", taken: isTaken ? "4006" : "", over: false },
        heard: { is: "further" },
      });
      expect(heardAfter(burstGapMsMax + 1)).toMatchObject({
        burst: { text: "3", taken: "" },
        heard: { is: "first" },
      });
    }
  });
});

test("[D2] in any row of keys, every scan is a run of characters that fast, and no key slower than that is in one", () => {
  const key = fc.record({
    key: fc.constantFrom(
      "0",
      "1",
      "7",
      "A",
      "b",
      "-",
      " ",
      "é",
      "Shift",
      "Enter",
      "Tab",
      "ArrowUp",
      "Backspace",
    ),
    afterMs: fc.integer({ min: 0, max: 220 }).map((ms) => (ms > 120 ? ms - 115 : ms)),
    human: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const heardKeys = keys.map((one) => ({ ...one, human: one.human && one.afterMs % 3 === 0 }));
      expect(scansIn(heardKeys)).toEqual(scansByRule(heardKeys));
    }),
    { numRuns: 2_000 },
  );
});

/** The rule again, read off the whole row at once instead of key by key. */
function scansByRule(keys: readonly Pressed[]): readonly string[] {
  let atMs = 5_000;
  const timed = keys
    .map((one) => {
      atMs += one.afterMs;
      return { ...one, atMs };
    })
    .filter(({ key }) => key !== "Shift" && key !== "CapsLock");
  const isCharacter = (at: number) => {
    const one = timed[at];
    return one !== undefined && one.human !== true && [...one.key].length === 1;
  };
  const gapMs = (at: number) => (timed[at]?.atMs ?? atMs + 1_000) - (timed[at - 1]?.atMs ?? 0);
  const scans: string[] = [];
  let from = 0;
  while (from < timed.length) {
    let to = from;
    while (isCharacter(to) && (to === from || gapMs(to) <= burstGapMsMax)) to += 1;
    const text = timed.slice(from, to).map(({ key }) => key);
    const next = timed[to];
    const ends = next !== undefined && next.human !== true && (next.key === "Enter" || next.key === "Tab");
    const ended = ends ? true : gapMs(to) >= burstEndMs;
    if (text.length >= burstCharsMin && ended) scans.push(text.join(""));
    from = Math.max(to, from + 1);
  }
  return scans;
}

test("however long a burst is, only so much of it is kept", () => {
  let burst: Burst = noBurst;
  let heard: Heard = { is: "no-scan" };
  const press = (key: PressedKey) => ({ burst, heard } = hearKey(burst, key));
  for (let at = 0; at < 1_000; at += 1) press({ key: "7", timeMs: at, human: false });
  press({ key: "Enter", timeMs: 1_000, human: false });
  expect(heard).toEqual({ is: "end", text: "7".repeat(burstCharsMax) });
});
