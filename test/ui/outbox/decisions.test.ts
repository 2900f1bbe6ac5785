import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDecisions } from "../../../src/ui/outbox/decisions.tsx";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the decisions of an outbox", () => {
  const owned = () => createRoot((dispose) => ({ ...createDecisions(), dispose }));
  test("are made one at a time: a second tap is let through once the list has come to rest", async () => {
    const { busy, run } = owned();
    const made: string[] = [];
    run(async () => void made.push("first"));
    run(async () => void made.push("under the finger"));
    await vi.advanceTimersByTimeAsync(699);
    expect(busy()).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(busy()).toBe(false);
    run(async () => void made.push("second"));
    expect(made).toEqual(["first", "second"]);
  });
  test("turn off the buttons of no other outbox", () => {
    const [mine, other] = [owned(), owned()];
    mine.run(async () => {});
    expect([mine.busy(), other.busy()]).toEqual([true, false]);
  });
  test("leave no timer behind when it is closed, also when one is still being made", async () => {
    const { run, dispose } = owned();
    let finish = () => {};
    run(() => new Promise((resolve) => (finish = resolve)));
    dispose();
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
    const rested = owned();
    rested.run(async () => {});
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    rested.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
