import { describe, expect, test } from "vitest";
import type { Hop } from "../../../src/device/views/journey.ts";
import { betweenWords, durationWords, hopDetail, hopWords } from "../../../src/ui/journey/journey-words.ts";
import { makeFormat } from "../../../src/ui/words/format.ts";

const format = makeFormat({ locale: "en-IE", currency: "EUR", timeZone: "Europe/Dublin" });
const minute = 60_000;

describe("how long something took", () => {
  test.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [3_240, "3.2 s"],
    [59_999, "59 s"],
    [10 * minute, "10 min"],
    [130 * minute, "2 h 10 min"],
    [120 * minute, "2 h"],
    [24 * 60 * minute, "1 d"],
    [(60 * 24 * 60 + 5 * 60 + 7) * minute, "60 d 5 h"],
  ])("%d ms is said as %s", (ms, words) => expect(durationWords(ms, format)).toBe(words));
});

describe("a hop of an order's journey", () => {
  const at = "2026-03-01T11:10:00.000Z";

  test("that took until there was a network says that it was offline; one that went at once does not", () => {
    const late: Hop = { hop: "accepted", at, afterMs: 130 * minute, offlineMs: 130 * minute };
    expect([hopWords(late), betweenWords(late, format)]).toEqual([
      "Accepted by the server",
      "2 h 10 min offline",
    ]);
    expect(betweenWords({ ...late, afterMs: 400, offlineMs: 0 }, format)).toBe("400 ms");
  });

  test("of the warehouse says how much, and because of what where it was not the order itself", () => {
    const answer = { said: "short", cause: "received", wanted: 5, reserved: 3 } as const;
    const hop: Hop = { hop: "answered", at, afterMs: 10, answer };
    expect([hopWords(hop), hopDetail(hop, format)]).toEqual([
      "The warehouse is short",
      "3 of 5, because goods came in",
    ]);
    const placed: Hop = { ...hop, answer: { ...answer, said: "reserved", cause: "placed", reserved: 5 } };
    expect(hopDetail(placed, format)).toBe("5 of 5");
  });

  test("of a tap says by whom and on which device", () => {
    const tap: Hop = { hop: "taken", at, afterMs: 0, actor: "Ada", device: "0189-aaa111", own: false };
    expect(hopDetail(tap, format)).toBe("by Ada, on device aaa111");
    expect(hopDetail({ ...tap, own: true }, format)).toBe("by Ada, on this device");
  });
});
