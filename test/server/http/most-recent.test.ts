import { expect, test } from "vitest";
import { makeMostRecent } from "../../../src/server/http/most-recent.ts";

test("what was used longest ago is forgotten when one more comes than there is room for", () => {
  const cache = makeMostRecent<number>(2);
  cache.set("first", 1);
  cache.set("second", 2);
  cache.get("first");
  cache.set("third", 3);
  expect([...cache.keys()].toSorted()).toEqual(["first", "third"]);
});

test("a value stays for its time where one is given, and else until there is no room", () => {
  const timed = makeMostRecent<true>(2, 60_000);
  const lasting = makeMostRecent<true>(2);
  for (const cache of [timed, lasting]) cache.set("token", true);
  expect(timed.getRemainingTTL("token")).toBeLessThanOrEqual(60_000);
  expect(timed.getRemainingTTL("token")).toBeGreaterThan(0);
  expect(lasting.getRemainingTTL("token")).toBe(Number.POSITIVE_INFINITY);
});
