import { describe, expect, test } from "vitest";
import type { KnownCommand, KnownRejection } from "../../../src/domain/kinds.ts";
import { conflictsOf, keepMine, keepTheirs } from "../../../src/ui/outbox/keep-mine.ts";

describe("keeping mine", () => {
  test("sets the quantity from the one that is there now", () => {
    const command: KnownCommand = { type: "set-quantity", data: { lineId: "l", from: 12, to: 5 } };
    const conflict = { field: "quantity", before: 12, yours: 5, theirs: 8 };
    const rejection: KnownRejection = {
      reason: "line-changed-meanwhile",
      lineId: "l",
      sku: "T",
      name: "Chai",
      conflict,
    };
    expect(keepMine(command, rejection)).toEqual({
      type: "set-quantity",
      data: { lineId: "l", from: 8, to: 5 },
    });
  });
  test("keeps the fields that nobody else touched as they were wished", () => {
    const command: KnownCommand = {
      type: "change-order-details",
      data: { changes: { note: { from: "", to: "mine" }, reference: { from: "", to: "PO-1" } } },
    };
    const conflicts = [{ field: "note", before: "", yours: "mine", theirs: "theirs" }];
    expect(keepMine(command, { reason: "details-changed-meanwhile", conflicts })).toEqual({
      type: "change-order-details",
      data: { changes: { note: { from: "theirs", to: "mine" }, reference: { from: "", to: "PO-1" } } },
    });
  });
  test("is offered only where values are in dispute", () => {
    const shipped: KnownRejection = { reason: "order-not-open", status: "shipped" };
    expect(conflictsOf(shipped)).toEqual([]);
    expect(
      keepMine({ type: "set-quantity", data: { lineId: "l", from: 12, to: 5 } }, shipped),
    ).toBeUndefined();
  });
});

describe("keeping theirs", () => {
  const noteOf = { field: "note", before: "", yours: "mine", theirs: "theirs" };
  const rejection: KnownRejection = { reason: "details-changed-meanwhile", conflicts: [noteOf] };
  test("gives up only the fields that both changed", () => {
    const command: KnownCommand = {
      type: "change-order-details",
      data: { changes: { note: { from: "", to: "mine" }, freightMinor: { from: 0, to: 700 } } },
    };
    expect(keepTheirs(command, rejection)).toEqual({
      type: "change-order-details",
      data: { changes: { freightMinor: { from: 0, to: 700 } } },
    });
  });
  test("takes the whole command back where nothing else is left", () => {
    const changes = { note: { from: "", to: "mine" } };
    expect(keepTheirs({ type: "change-order-details", data: { changes } }, rejection)).toBeUndefined();
    expect(
      keepTheirs({ type: "set-quantity", data: { lineId: "l", from: 12, to: 5 } }, rejection),
    ).toBeUndefined();
  });
});
