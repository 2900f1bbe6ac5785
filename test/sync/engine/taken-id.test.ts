import { expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { problem } from "../../../src/protocol/problem.ts";
import { decideTakenId } from "../../../src/sync/engine/taken-id.ts";
import { uuid } from "../../domain/builders.ts";

const [mine, theirs] = [
  `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
  `00-${"3".repeat(32)}-${"4".repeat(16)}-01`,
];
const [stream, elsewhere] = [`order/${uuid(7)}`, `order/${uuid(8)}`];
const row = { id: newId(), stream, traceparent: mine };
const own = new Set([uuid(1), uuid(2)]);
const taken = (over: object = {}) =>
  problem("id-taken", 409, "taken", {
    taken: { device: uuid(9), stream: elsewhere, position: 4, traceparent: theirs, ...over },
  });

test.each([
  ["a drawn id goes on under another", row, taken(), "draw-again"],
  ["also where the same stream has it", row, taken({ stream }), "draw-again"],
  ["one's own former identity is oneself", row, taken({ device: uuid(2) }), "own"],
  ["an id that derives from a name waits", { ...row, id: uuid(5) }, taken(), "park"],
  [
    "the same tap that another device sent, decided otherwise, waits",
    row,
    taken({ stream, traceparent: mine }),
    "park",
  ],
  [
    "what a file brought waits, whose proof holds for its id alone",
    { ...row, written: written() },
    taken(),
    "park",
  ],
  ["after three draws it waits", { ...row, redraws: 3 }, taken(), "park"],
  ["where nothing is told of what has the id it waits", row, problem("id-taken", 409, "taken"), "park"],
] as const)("of a command whose id is taken %s", (_what, command, refusal, decided) => {
  expect(decideTakenId(command, refusal, own)).toBe(decided);
});

function written() {
  return { device: uuid(3), seq: 1, proof: "a".repeat(64) };
}
