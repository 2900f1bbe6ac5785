import { describe, expect, test } from "vitest";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { emptyStream, foldKnown } from "../../../src/device/streams/fold.ts";
import { rebase } from "../../../src/device/streams/rebase.ts";
import { bringBack, discard, fresh, hold, park, pending } from "../../../src/device/streams/stand.ts";
import { drafted, uuid } from "../../domain/builders.ts";
import { anOutboxRow, someTime } from "../support/an-outbox-row.ts";

const stream = `order/${uuid(1)}`;
const later = "2026-01-05T11:00:00.000Z";
const row = anOutboxRow(1, stream);
const problem = { type: "urn:docket:problem:too-old", title: "Too old", status: 403, code: "too-old" };
const held = hold(row, { why: "refused", problem }, someTime);
const parked = park(row, { why: "stuck" }, someTime);

describe("a command whose state changes", () => {
  const steps: readonly [string, (from: OutboxRow) => OutboxRow, readonly string[]][] = [
    ["pending", (from) => pending(from), []],
    ["pending, as if never tried", (from) => fresh(from), []],
    ["held", (from) => hold(from, { why: "behind" }, later), ["held", "since"]],
    ["parked", (from) => park(from, { why: "stuck" }, later), ["parked", "since"]],
  ];
  test.each(steps)("leaves behind what its former state alone has: %s", (_where, step, has) => {
    const common = Object.keys(row);
    for (const from of [row, held, parked, discard(held, someTime), discard(parked, someTime)]) {
      const own = Object.keys(step(from)).filter((key) => !common.includes(key));
      expect(own.toSorted()).toEqual(has);
    }
  });
  test("held again for the same reason is unchanged, and keeps since when", () => {
    expect(hold(held, { why: "refused", problem }, later)).toBe(held);
  });
});

test("what is brought back is parked where it was parked, else to be sent", () => {
  expect(bringBack(discard(parked, someTime), later)).toEqual({ ...parked, since: later });
  expect(bringBack(discard(held, someTime), later)).toEqual(row);
  const replaced = { ...discard(row, someTime), replacedBy: uuid(9), movedTo: `order/${uuid(8)}` };
  expect(bringBack(replaced, later)).toEqual(row);
});

test("a command that was held by a refusal, discarded and restored waits behind a parked one like any other", () => {
  const empty = emptyStream(stream);
  const begun = { ...empty, confirmed: foldKnown(stream, empty.confirmed, uuid(500), drafted(), someTime) };
  const next = anOutboxRow(2, stream);
  const back = bringBack(discard(hold(next, { why: "refused", problem }, someTime), someTime), later);
  const { changed } = rebase(begun, [parked, back], { clockOffsetMs: 0, more: false, now: later });
  expect(changed).toMatchObject([{ seq: 2, state: "held", held: { why: "behind" } }]);
});
