import fc from "fast-check";
import { expect, test } from "vitest";
import { commandDetails } from "../../../src/ui/outbox/command-details.ts";
import { anyCommand } from "../../domain/arbitraries.ts";
import { aLine } from "../../domain/builders.ts";
import { british } from "../builders.ts";

test("what a command of a file would do is told in people's words, whatever the command: no field by its name in the program", () => {
  fc.assert(
    fc.property(anyCommand, ({ command }) => {
      expect(commandDetails(command, british).filter((text) => text.startsWith("“"))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test("what the words of a command say already is not told again", () => {
  const { lineId } = aLine(1);
  const data = { lineId, from: 5, to: 12 };
  expect(commandDetails({ type: "set-quantity", data }, british)).toEqual([]);
  expect(commandDetails({ type: "add-quantity", data: { lineId, by: -2 } }, british)).toEqual([]);
});
