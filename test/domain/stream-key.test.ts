import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  findProductStream,
  findSkuId,
  findStockStream,
  idOf,
  isText,
  kindOf,
  normalizeSku,
  orderStream,
  streamIdBytesMax,
} from "../../src/domain/stream-key.ts";

describe("SKUs as keys", () => {
  test("a SKU is the same however it is typed", () => {
    expect(findProductStream(" tea-1 ")).toBe("product/TEA-1");
    expect(findStockStream("TEA-1")).toBe("stock/TEA-1");
    expect(findSkuId("é")).toBe(findSkuId("e\u0301"));
    expect(findSkuId("a/b 1")).toBe("A%2FB%201");
  });

  test("what cannot be a key is told", () => {
    for (const sku of ["", "   ", "a\u0000b", "\ud800", "x".repeat(65), "é".repeat(11)]) {
      expect(findSkuId(sku), JSON.stringify(sku)).toBeUndefined();
      expect(findProductStream(sku)).toBeUndefined();
      expect(findStockStream(sku)).toBeUndefined();
    }
    expect(findSkuId("x".repeat(64))).toHaveLength(streamIdBytesMax);
  });

  test("a SKU that was normalized stays as it is, and keeps its key", () => {
    const sku = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom("ΐ", "ŉ", "ß", "ǰ"),
    );
    fc.assert(
      fc.property(sku, (typed) => {
        const normal = normalizeSku(typed);
        expect(normalizeSku(normal)).toBe(normal);
        expect(findSkuId(normal)).toBe(findSkuId(typed));
      }),
      { seed: 20260105, numRuns: 5_000 },
    );
  });

  test("a key of a SKU has only characters that a stream key may have", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), (typed) => {
        expect(findSkuId(typed) ?? "A").toMatch(/^[A-Za-z0-9\-_.!~*'()%]{1,64}$/);
      }),
      { seed: 20260105, numRuns: 2000 },
    );
  });
});

test("kind and id of a stream are told apart by the first slash", () => {
  expect(kindOf(orderStream("1"))).toBe("order");
  expect(idOf(orderStream("1"))).toBe("1");
});

test("text is well-formed Unicode without U+0000", () => {
  expect(isText("Ünïcode 🍋")).toBe(true);
  expect(isText("a\u0000")).toBe(false);
  expect(isText("\udc00")).toBe(false);
});
