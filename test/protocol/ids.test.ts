import { expect, test } from "vitest";
import { importedId, isOneTap, newId, redrawnId, redrawsMax } from "../../src/protocol/ids.ts";

const [mine, theirs] = [
  `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  `00-${"3".repeat(32)}-${"4".repeat(16)}-01`,
];

/** The ids that a command goes on under, one after another, the first one among them. */
function drawnFrom(first: string, count: number): readonly string[] {
  const ids = [first];
  for (let draws = 0; draws < count; draws += 1) ids.push(redrawnId(ids.at(-1) ?? "", mine));
  return ids;
}

test("[L4] every id that a command may have gone on under is one tap with every other, and no further id is", () => {
  const ids = drawnFrom(newId(), redrawsMax + 1);
  for (const [at, id] of ids.entries())
    for (const [index, other] of ids.entries()) {
      const isOne = isOneTap({ id, traceparent: mine }, { id: other, traceparent: mine });
      expect(isOne).toBe(Math.abs(at - index) <= redrawsMax);
    }
});

test("[L6] another trace, another command of the same time and a derived id are other taps", () => {
  const first = newId();
  const [, second = ""] = drawnFrom(first, 1);
  const sameTime = `${first.slice(0, -4)}0000`;
  const tap = { id: first, traceparent: mine };
  expect(isOneTap(tap, { id: second, traceparent: theirs })).toBe(false);
  expect(isOneTap(tap, { id: redrawnId(first, theirs), traceparent: theirs })).toBe(false);
  expect(isOneTap(tap, { id: redrawnId(first, theirs), traceparent: mine })).toBe(false);
  expect(isOneTap(tap, { id: sameTime, traceparent: mine })).toBe(false);
  expect(isOneTap(tap, { id: importedId("command", "DN-1"), traceparent: mine })).toBe(false);
});
