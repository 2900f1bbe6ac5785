import { expect, test } from "vitest";
import { allowedQuantity, isAllowedQuantity } from "../../../src/ui/orders/allowed-quantity.ts";

test.each([
  [0, 12],
  [12, 12],
  [13, 18],
  [18, 18],
  [19, 24],
])("sold from 12 in steps of 6: %i becomes %i", (wanted, taken) => {
  const product = { minQuantity: 12, stepQuantity: 6 };
  expect(allowedQuantity(product, wanted)).toBe(taken);
  expect(isAllowedQuantity(product, taken)).toBe(true);
});
