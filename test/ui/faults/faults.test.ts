import Dexie from "dexie";
import { describe, expect, test } from "vitest";
import { ActFailed } from "../../../src/ui/faults/act.ts";
import { faultWords } from "../../../src/ui/faults/fault-words.ts";
import { asNoted } from "../../../src/ui/faults/recent-faults.ts";
import { sortFault } from "../../../src/ui/faults/sort-fault.ts";

const closed = new Dexie.DatabaseClosedError("UnknownError Connection to Indexed Database server lost");
const full = new DOMException("no room", "QuotaExceededError");
const stale = new TypeError("Failed to fetch dynamically imported module: https://a.example/assets/x.js");
const ours = new TypeError("Cannot read properties of undefined (reading 'Quayside Kiosk')");

describe("an error that nobody has dealt with", () => {
  test.each([
    ["a closed connection", closed, "storage"],
    ["a full storage", full, "quota"],
    ["a part of the app that an update has taken away", stale, "stale"],
    ["a mistake of ours", ours, "ours"],
    ["what is no error", "thrown text", "ours"],
    ["nothing", undefined, "ours"],
  ])("is sorted: %s", (_what, error, kind) => {
    expect(sortFault(error)).toEqual({ kind, acted: false });
    expect(sortFault(new ActFailed(error))).toEqual({ kind, acted: true });
  });

  test("after a tap is always said in words", () => {
    for (const error of [closed, full, stale, ours, undefined]) {
      expect(faultWords(sortFault(new ActFailed(error)))).toMatch(/\.$/);
    }
    expect(faultWords(sortFault(new ActFailed(closed)))).toContain("Not saved");
    expect(faultWords(sortFault(new ActFailed(ours)))).toContain("may not be saved");
  });

  test("without a tap says nothing of the storage: that is looked at, and its loss fills the screen", () => {
    expect([closed, full].map((error) => faultWords(sortFault(error)))).toEqual([undefined, undefined]);
    expect(faultWords(sortFault(ours))).toContain("Everything that says “Saved” is safe");
  });
});

describe("what a support file is told of an error", () => {
  const at = new Date("2026-11-02T08:00:00.000Z");
  test("is its name and where it came from, never its message, which may name somebody", () => {
    const error = new TypeError("Quayside Kiosk");
    error.stack = [
      "TypeError: Quayside Kiosk",
      "    at add (https://orders.example.com/assets/order-1a2b.js:3:450)",
      "submit@https://orders.example.com/assets/main-77.js:12:9",
      "    at native",
    ].join("\n");
    expect(asNoted(new ActFailed(error), at)).toEqual({
      at: "2026-11-02T08:00:00.000Z",
      name: "TypeError",
      acted: true,
      frames: ["assets/order-1a2b.js:3:450", "assets/main-77.js:12:9"],
    });
  });
  test("has the browser's own words where its storage has failed", () => {
    expect(asNoted(closed, at)).toMatchObject({
      name: "DatabaseClosedError",
      acted: false,
      message: expect.stringContaining("server lost"),
    });
  });
});
