import { describe, expect, test } from "vitest";
import {
  acceptsStock,
  decideStock,
  evolveStock,
  noStock,
  type StockEvent,
  stockMax,
} from "../../../src/domain/stock/stock.ts";
import { specify } from "../specification.ts";

const { given } = specify({
  initial: noStock,
  decide: decideStock,
  accepts: acceptsStock,
  evolve: evolveStock,
});
const counted = (quantity: number): StockEvent => ({
  type: "stock-counted",
  schemaVersion: 1,
  data: { sku: "TEA-1", quantity },
});
const received = (quantity: number): StockEvent => ({
  type: "stock-received",
  schemaVersion: 1,
  data: { sku: "TEA-1", quantity },
});

describe("stock", () => {
  test("a count says what is there, a receipt adds to it", () => {
    given()
      .when({ type: "count-stock", data: { sku: "TEA-1", quantity: 12 } })
      .then(counted(12));
    given(counted(12))
      .when({ type: "receive-stock", data: { sku: "TEA-1", quantity: 5 } })
      .then(received(5));
    expect(given(counted(12), received(5)).state).toEqual({
      status: "known",
      sku: "TEA-1",
      onHand: 17,
      asOf: "2026-01-05T09:00:02.000Z",
      counts: 1,
      receivedSinceCount: 5,
    });
    expect(given(counted(12), received(5), counted(3)).state).toMatchObject({
      onHand: 3,
      counts: 2,
      receivedSinceCount: 0,
    });
    expect(given(received(5)).state).toMatchObject({ onHand: 5 });
  });

  test("two receipts at once are both kept, and a count twice is two counts", () => {
    given(counted(12), received(5))
      .when({ type: "receive-stock", data: { sku: "TEA-1", quantity: 5 } })
      .then(received(5));
    given(counted(12))
      .when({ type: "count-stock", data: { sku: "TEA-1", quantity: 12 } })
      .then(counted(12));
  });

  test("a list opens the stock of a product once and never overwrites a count", () => {
    given()
      .when({ type: "open-stock", data: { sku: "TEA-1", quantity: 39 } })
      .then(counted(39));
    given(counted(12))
      .when({ type: "open-stock", data: { sku: "TEA-1", quantity: 39 } })
      .thenAlready();
  });

  test("stock has a limit", () => {
    given(counted(stockMax))
      .when({ type: "receive-stock", data: { sku: "TEA-1", quantity: 1 } })
      .thenRejected({ reason: "stock-too-large", max: stockMax });
    given().whenRecorded(counted(stockMax)).thenAccepted();
  });
});
