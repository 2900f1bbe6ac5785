import { expect, test } from "vitest";
import { findGtin } from "../../../../src/domain/product/gtin.ts";
import { newId } from "../../../../src/protocol/ids.ts";
import { ean13, firstDrafts, longLines, longOrderId, shopCommands } from "./shop.ts";

test("a shop begins with its settings and drafts, has each order placed once, and two long drafts", () => {
  const size = { orders: firstDrafts + 10, products: 50 };
  const commands = [...shopCommands(newId(), size)];
  const types = commands.map(({ events }) => events.map(({ type }) => type).join());
  expect(types.slice(0, 6)).toEqual([
    "workspace-set-up",
    "order-drafted",
    "line-added",
    "line-added",
    "line-added",
    "order-drafted",
  ]);
  expect(types.slice(1, 1 + firstDrafts * 4).every((type) => /order-drafted|line-added/.test(type))).toBe(
    true,
  );
  expect(types.filter((type) => type === "order-placed")).toHaveLength(size.orders);
  expect(types.filter((type) => type === "product-added")).toHaveLength(size.products);
  for (const [at, lines] of longLines.entries()) {
    const own = commands.filter(({ stream }) => stream === `order/${longOrderId(at)}`);
    expect(own).toHaveLength(1 + lines);
  }
  const seqs = commands.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
});

test("every product has a barcode of its own with the right check digit", () => {
  const codes = Array.from({ length: 1_000 }, (_, index) => ean13(index * 7));
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => findGtin(code) === undefined)).toEqual([]);
});
