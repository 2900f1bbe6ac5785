import { describe, expect, test } from "vitest";
import type { KnownEvent } from "../../src/domain/kinds.ts";
import { mayRecord, type roles } from "../../src/domain/role.ts";
import { schemaVersions } from "../../src/domain/upcast.ts";

const types = Object.keys(schemaVersions) as KnownEvent["type"][];
const written = (role: (typeof roles)[number]) => types.filter((type) => mayRecord(role, type));

describe("who may record what", () => {
  test("the owner may record everything but what a consumer writes, a service nothing", () => {
    const consumers = ["stock-allocated", "stock-released", "stock-issued", "stock-level-changed"];
    expect(written("owner")).toEqual(types.filter((type) => !consumers.includes(type)));
    expect(written("service")).toEqual([]);
  });

  test("a rep takes orders and keeps customers, but neither ships nor prices nor imports", () => {
    for (const type of ["order-drafted", "order-placed", "order-cancelled", "customer-added"] as const)
      expect(mayRecord("rep", type)).toBe(true);
    for (const type of [
      "order-shipped",
      "order-imported",
      "product-changed",
      "stock-counted",
      "settings-changed",
    ] as const) {
      expect(mayRecord("rep", type)).toBe(false);
    }
  });

  test("the warehouse ships and counts, and nothing else", () => {
    expect(written("warehouse")).toEqual(["order-shipped", "stock-counted", "stock-received"]);
  });
});
