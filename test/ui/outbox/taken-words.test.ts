import { expect, test } from "vitest";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { problem } from "../../../src/protocol/problem.ts";
import { whyWords } from "../../../src/ui/outbox/outbox-words.ts";
import { takenWords } from "../../../src/ui/outbox/taken-words.ts";
import { anOutboxRow } from "../../device/support/an-outbox-row.ts";
import { uuid } from "../../domain/builders.ts";
import { british } from "../builders.ts";

const stream = "stock/TEA-1";
const data = (quantity: number) => ({ sku: "TEA-1", quantity });
const said = (command: KnownCommand, type: "stock-received" | "stock-counted", on = stream) =>
  takenWords(
    { command, stream },
    { id: uuid(1), stream: on, type, schemaVersion: 1, data: data(1_048) },
    "Office",
    british,
  );

test("a delivery note that another device booked with another figure is told with both figures and what each choice does", () => {
  expect(said({ type: "receive-stock", data: data(50) }, "stock-received")).toEqual({
    why: "Office booked 1,048 of this delivery note, you have 50. Keep what is booked, or book yours too if both came in.",
    mine: "50",
    theirs: "1,048",
  });
});

test("a count that another device wrote with another figure is told with both figures and what each choice does", () => {
  expect(said({ type: "count-stock", data: data(50) }, "stock-counted")).toEqual({
    why: "Office wrote 1,048 for this count, you have 50. Keep what is written, or book yours as one more count.",
    mine: "50",
    theirs: "1,048",
  });
});

test("what has the id of an entry for something else is told as that: no figure is held against another", () => {
  const why = "Office has written something else under the id of this entry.";
  expect(said({ type: "receive-stock", data: data(50) }, "stock-received", "stock/OIL")).toMatchObject({
    why,
  });
  // A receipt is no count, also of the same goods.
  expect(said({ type: "receive-stock", data: data(50) }, "stock-counted")).toMatchObject({
    why,
    theirs: "Counted TEA-1: 1,048",
  });
});

test("where what has the id has not come down yet, what is known is told, without the words of programs", () => {
  const row = anOutboxRow(1, stream, {
    command: { type: "receive-stock", data: data(50) },
    state: "parked",
    parked: { why: "refused", problem: problem("id-taken", 409, "taken", { detail: "another command" }) },
    sent: true,
  });
  expect(whyWords(row, british)).toBe(
    "Another device has written something else under the id of this entry. Look at what it wrote, then keep theirs or send yours too.",
  );
});
