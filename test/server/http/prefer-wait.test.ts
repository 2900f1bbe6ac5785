import { expect, test } from "vitest";
import { preferredWait } from "../../../src/server/http/prefer-wait.ts";

test.each<[string | string[] | undefined, number | undefined]>([
  [undefined, undefined],
  ["", undefined],
  ["wait=5", 5],
  ["wait=0", 0],
  ["Wait = 5", 5],
  ['wait="5"', 5],
  ["respond-async, wait=5", 5],
  [["respond-async", "wait=5"], 5],
  ["wait=5; because=why", 5],
  ["wait=5, wait=9", 5],
  ["wait=600", 25],
  ["wait=999999999", 25],
  ["wait", undefined],
  ["wait=-1", undefined],
  ["wait=1.5", undefined],
  ["wait=99999999999999999999", undefined],
  ["waiting=5", undefined],
  [`${"x,".repeat(10_000)}wait=5`, undefined],
])("a request that prefers %j waits %j seconds", (header, seconds) => {
  expect(preferredWait(header, 25)).toBe(seconds);
});
