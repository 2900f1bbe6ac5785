import { expect, test } from "vitest";
import {
  figureAlone,
  readStockEntry,
  readStockScan,
  undoStockEntry,
} from "../../../src/ui/catalogue/stock-entry.ts";
import { product } from "../builders.ts";

const tea = product({ sku: "TEA-1", name: "Tea", barcodes: ["4006381333931"] }).product;

test("a quantity and a product are written down: what came in, or what is on the shelf", () => {
  expect(readStockEntry("12*tea-1", tea, "receive")).toMatchObject({
    outcome: "save",
    stream: "stock/TEA-1",
    command: { type: "receive-stock", data: { sku: "TEA-1", quantity: 12 } },
  });
  expect(readStockEntry("0*tea-1", tea, "count")).toMatchObject({
    command: { type: "count-stock", data: { sku: "TEA-1", quantity: 0 } },
  });
});
test("a product alone asks how many: nothing is counted by a scan alone", () => {
  expect(readStockEntry("4006381333931", tea, "count")).toEqual({ outcome: "ask", text: "*TEA-1" });
});
test("a scan where the quantity belongs is none", () => {
  expect(readStockEntry("4006381333931*TEA-1", undefined, "receive")).toMatchObject({ outcome: "unknown" });
  expect(readStockEntry("40063813*TEA-1", undefined, "receive")).toMatchObject({ outcome: "unknown" });
});
test("[D2] a scan asks for its figure, or takes the one that is there alone; what else is typed is told as not saved", () => {
  expect(readStockScan("", "TEA-1")).toEqual({ entry: "*TEA-1", unsaved: undefined });
  expect(readStockScan("12*", "TEA-1")).toEqual({ entry: "12*TEA-1", unsaved: undefined });
  expect(readStockScan("*HAM", "TEA-1")).toEqual({ entry: "*TEA-1", unsaved: undefined });
  expect(readStockScan("12*HAM", "TEA-1")).toEqual({ entry: "*TEA-1", unsaved: "12*HAM" });
  expect(readStockScan("lemon", "TEA-1")).toEqual({ entry: "*TEA-1", unsaved: "lemon" });
});
test("[D1] only a figure alone is for what is scanned next", () => {
  expect(["12*", " 7 × ", "12*tea", "*", "12", "lemon", ""].map(figureAlone)).toEqual([
    "12",
    "7",
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
test("[D1] seven figures are never a quantity, and of several products with one code none is taken", () => {
  expect(readStockEntry("4006381*TEA-1", tea, "receive")).toEqual({ outcome: "wrong" });
  expect(readStockEntry("5012345678900", undefined, "receive", 2)).toEqual({
    outcome: "several",
    text: "5012345678900",
  });
  expect(readStockEntry("12*5012345678900", undefined, "count", 2)).toMatchObject({ outcome: "several" });
});
test("[D1] a figure that is no whole number is told as such and searches nothing", () => {
  for (const typed of ["1.5*TEA-1", "-2*TEA-1", "+1,5", "-"]) {
    expect(readStockEntry(typed, tea, "count")).toEqual({ outcome: "wrong" });
  }
});
test("nothing comes in as none, and what no product matches is not saved", () => {
  expect(readStockEntry("0*tea-1", tea, "receive")).toEqual({ outcome: "wrong" });
  expect(readStockEntry("12*xyz", undefined, "receive")).toEqual({ outcome: "unknown", text: "12*xyz" });
  expect(readStockEntry("+3", tea, "receive")).toEqual({ outcome: "unknown", text: "+3" });
  expect(readStockEntry(" ", tea, "receive")).toEqual({ outcome: "nothing" });
});
test("taking it back counts what was there before", () => {
  const before = { onHand: 7, asOf: "2026-01-05T10:00:00.000Z", promised: 2 };
  expect(undoStockEntry("TEA-1", before)).toEqual({
    type: "count-stock",
    data: { sku: "TEA-1", quantity: 7 },
  });
  expect(undoStockEntry("TEA-1", undefined)).toMatchObject({ data: { quantity: 0 } });
});
