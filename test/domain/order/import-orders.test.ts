import { describe, expect, test } from "vitest";
import { added, aLine, anImport, drafted, imported, orders, shipped, uuid } from "../builders.ts";

const { given } = orders;
const command = (more: Parameters<typeof anImport>[0] = {}) =>
  ({ type: "import-order", data: anImport(more) }) as const;
const noted = {
  type: "order-details-changed",
  schemaVersion: 1,
  data: { changes: { note: { from: "", to: "x" } } },
} as const;

describe("importing orders of elsewhere", () => {
  test("an order comes in whole, with its old number and its totals", () => {
    given().when(command()).then(imported());
    expect(given(imported()).state).toMatchObject({
      status: "placed",
      number: null,
      externalRef: "10248",
      historical: true,
      orderedOn: "1996-07-04",
    });
    expect(given(imported({ shippedOn: "1996-07-16" })).state).toMatchObject({
      status: "shipped",
      shippedOn: "1996-07-16",
    });
  });

  test("importing again changes nothing, also after it shipped here", () => {
    given(imported()).when(command()).thenAlready();
    given(imported({ shippedOn: "1996-07-16" }))
      .when(command({ shippedOn: "1996-07-16" }))
      .thenAlready();
    given(imported(), shipped).when(command()).thenAlready();
  });

  test("a corrected list replaces an order that nobody touched here", () => {
    given(imported())
      .when(command({ freightMinor: 9 }))
      .then(imported({ freightMinor: 9 }));
    given(imported())
      .when(command({ shippedOn: "1996-07-16" }))
      .then(imported({ shippedOn: "1996-07-16" }));
  });

  test("an order that was worked on here is not overwritten by another list", () => {
    given(imported(), noted)
      .when(command({ freightMinor: 9 }))
      .thenRejected({ reason: "import-differs", externalRef: "10248" });
    given(drafted(), added(1))
      .when(command())
      .thenRejected({ reason: "import-differs", externalRef: "10248" });
  });

  test("an order that was worked on here ships by the list, when all else agrees", () => {
    const undone = {
      type: "order-details-changed",
      schemaVersion: 1,
      data: { changes: { note: { from: "x", to: "" } } },
    } as const;
    given(imported(), noted, undone)
      .when(command({ shippedOn: "1996-07-16" }))
      .then({ type: "order-shipped", schemaVersion: 1, data: { shippedOn: "1996-07-16" } });
  });

  test("quantities, lines and amounts have their limits", () => {
    given()
      .when(command({ lines: [aLine(1, { quantity: 0 })] }))
      .thenRejected({ reason: "quantity-out-of-range", quantity: 0, max: 1_000_000 });
    given()
      .when(command({ lines: Array.from({ length: 1201 }, (_, index) => aLine(index + 1)) }))
      .thenRejected({ reason: "too-many-lines", max: 1200 });
    given()
      .when(command({ lines: [aLine(1, { quantity: 1_000_000, unitPriceMinor: 10_000_000_000_000 })] }))
      .thenRejected({ reason: "amount-too-large" });
  });

  test("a forged import is refused: other totals, the same line twice", () => {
    const event = imported();
    given()
      .whenRecorded({ ...event, data: { ...event.data, totals: { ...event.data.totals, totalMinor: 1 } } })
      .thenRejected({ reason: "placed-differs", field: "totals" });
    given()
      .whenRecorded(imported({ lines: [aLine(1), aLine(1, { sku: "OTHER" })] }))
      .thenRejected({ reason: "line-exists", lineId: uuid(1) });
    given()
      .whenRecorded(imported({ lines: [aLine(1, { quantity: 1_000_001 })] }))
      .thenRejected({ reason: "quantity-out-of-range", quantity: 1_000_001, max: 1_000_000 });
  });
});
