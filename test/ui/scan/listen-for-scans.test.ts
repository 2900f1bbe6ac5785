// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { burstEndMs } from "../../../src/ui/scan/burst.ts";
import { listenForScans } from "../../../src/ui/scan/listen-for-scans.ts";
import { press, scan, type } from "../support/hands.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const article = "4006381333931";
const batch = `01${article.padStart(14, "0")}10AB7`;
const gapMs = 8;

/** A page with one field, which has the focus, and whatever was scanned and pressed there. */
function listen(...known: readonly string[]) {
  const field = document.createElement("input");
  document.body.append(field);
  field.focus();
  const scanned: string[] = [];
  const entered: string[] = [];
  field.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") entered.push(field.value);
  });
  const listener = listenForScans({
    isKnown: (code) => known.includes(code),
    onScan: (code) => scanned.push(code),
    onUnreadable: () => scanned.push("unreadable"),
  });
  onTestFinished(() => {
    listener.stop();
    field.remove();
  });
  /** The keys of a scan that began at `startMs`, those from `from` to `to`; now is when the page hears them. */
  const hear = (code: string, startMs: number, from = 0, to = code.length, more: KeyboardEventInit = {}) => {
    for (const [at, key] of [...code].entries()) {
      if (at < from || at >= to) continue;
      const went = press(key, more, startMs + at * gapMs);
      if (went && more.ctrlKey !== true) type(field, field.value + key);
    }
  };
  const end = (code: string, startMs: number, more: KeyboardEventInit = {}) =>
    press("Enter", more, startMs + code.length * gapMs);
  return { field, scanned, entered, hear, end, listener };
}

const longPauseMs = burstEndMs * 4;

describe("[D2] keys that a busy machine hands over late", () => {
  test("the rest of an article's code is taken out of the field, presses nothing, and adds it no second time", () => {
    const { field, scanned, entered, hear, end } = listen(batch.slice(0, 16), batch.slice(0, 18), batch);
    const startMs = performance.now();
    hear(batch, startMs, 0, 18);
    vi.advanceTimersByTime(longPauseMs);
    expect(scanned).toEqual([batch.slice(0, 18)]);
    hear(batch, startMs, 18);
    expect(end(batch, startMs)).toBe(false);
    expect([scanned, field.value, entered]).toEqual([[batch.slice(0, 18)], "", []]);
  });
  test("the rest of a quantity and a code puts the quantity into the field no second time", () => {
    const { field, scanned, hear, end } = listen(batch.slice(0, 18), batch);
    const startMs = performance.now();
    const text = `12*${batch}`;
    hear(text, startMs, 0, 21);
    vi.advanceTimersByTime(longPauseMs);
    expect(field.value).toBe("12*");
    type(field, "");
    hear(text, startMs, 21);
    end(text, startMs);
    expect([scanned, field.value]).toEqual([[batch.slice(0, 18)], ""]);
  });
  test.each([
    ["is known", ["M2-12"]],
    ["is not known", []],
  ])("the rest of a code makes it another code, which is taken whole: one that %s", (_, known) => {
    const { field, scanned, hear, end } = listen("M2-1", ...known);
    const startMs = performance.now();
    hear("M2-12", startMs, 0, 4);
    vi.advanceTimersByTime(longPauseMs);
    hear("M2-12", startMs, 4);
    expect(end("M2-12", startMs)).toBe(false);
    expect([scanned, field.value]).toEqual([["M2-1", "M2-12"], ""]);
  });
  test("the rest of a code without an end is taken by a pause behind it, and waited for", async () => {
    const { field, scanned, hear, listener } = listen();
    const startMs = performance.now();
    hear("99999x", startMs, 0, 5);
    vi.advanceTimersByTime(longPauseMs);
    hear("99999x", startMs, 5);
    const settled = listener.settled();
    vi.advanceTimersByTime(longPauseMs);
    await settled;
    expect([scanned, field.value]).toEqual([["99999", "99999x"], ""]);
  });
  test("a code of which too few keys came at first is read whole", () => {
    const { field, scanned, hear, end } = listen(article);
    const startMs = performance.now();
    hear(article, startMs, 0, 3);
    vi.advanceTimersByTime(longPauseMs);
    hear(article, startMs, 3);
    end(article, startMs);
    expect([scanned, field.value]).toEqual([[article], ""]);
  });
  test("a code whose beginning looks like a word is read whole", () => {
    const { field, scanned, hear, end } = listen("LEMON-1");
    const startMs = performance.now();
    hear("LEMON-1", startMs, 0, 5);
    vi.advanceTimersByTime(longPauseMs);
    expect(field.value).toBe("LEMON");
    hear("LEMON-1", startMs, 5);
    end("LEMON-1", startMs);
    expect([scanned, field.value]).toEqual([["LEMON-1"], ""]);
  });
  test("words typed that fast stay, and their Enter does what it does", () => {
    const { field, entered, hear, end } = listen();
    const startMs = performance.now();
    hear("lemons", startMs, 0, 4);
    vi.advanceTimersByTime(longPauseMs);
    hear("lemons", startMs, 4);
    expect(end("lemons", startMs)).toBe(true);
    expect([field.value, entered]).toEqual(["lemons", ["lemons"]]);
  });
  test("the rest of a scan while Ctrl is down presses nothing, and is told no second time", () => {
    const { field, scanned, entered, hear, end } = listen(article);
    const startMs = performance.now();
    const held = { ctrlKey: true };
    hear(article, startMs, 0, 5, held);
    vi.advanceTimersByTime(longPauseMs);
    expect(scanned).toEqual(["unreadable"]);
    hear(article, startMs, 5, article.length, held);
    expect(end(article, startMs, held)).toBe(false);
    vi.advanceTimersByTime(longPauseMs);
    expect([scanned, field.value, entered]).toEqual([["unreadable"], "", []]);
  });
  test("a code that is scanned after a real pause is a scan of its own", () => {
    const { scanned, hear, end } = listen(article);
    hear(article, performance.now());
    vi.advanceTimersByTime(longPauseMs);
    hear(article, performance.now());
    end(article, performance.now());
    expect(scanned).toEqual([article, article]);
  });
});

describe("[D2] a choice or a day that has the focus", () => {
  /** A choice between countries, which has the focus. */
  function choose(): HTMLSelectElement {
    const choice = document.createElement("select");
    for (const value of ["", "Estonia", "Latvia"]) {
      choice.append(Object.assign(document.createElement("option"), { value }));
    }
    document.body.append(choice);
    choice.value = "Latvia";
    choice.focus();
    onTestFinished(() => choice.remove());
    return choice;
  }
  test("a choice is what it was after a scan that begins like a quantity", () => {
    const { scanned } = listen();
    const choice = choose();
    expect(scan("12*ABC")).toBe(false);
    expect([scanned, choice.value]).toEqual([["ABC"], "Latvia"]);
  });
  test("a day is what it was after a scan that begins like a quantity", () => {
    const { field, scanned } = listen();
    field.type = "date";
    field.value = "2026-11-28";
    for (const [at, key] of [..."12*ABC"].entries()) press(key, {}, performance.now() + at * gapMs);
    vi.advanceTimersByTime(longPauseMs);
    expect([scanned, field.value]).toEqual([["ABC"], "2026-11-28"]);
  });
  test("a choice hears each letter that is typed fast, but no space of a scan", () => {
    listen();
    choose();
    const startMs = performance.now();
    const went = ["E", "s", " "].map((key, at) => press(key, {}, startMs + at * 30));
    expect(went).toEqual([true, true, false]);
  });
});
