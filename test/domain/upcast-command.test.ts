import { describe, expect, test } from "vitest";
import {
  acceptsCustomer,
  type CustomerEvent,
  decideCustomer,
  evolveCustomer,
  noCustomer,
} from "../../src/domain/customer/customer.ts";
import type { KnownCommand } from "../../src/domain/kinds.ts";
import { commandShapes, liftCommand, liftRejection } from "../../src/domain/upcast-command.ts";
import { aCustomer } from "./builders.ts";
import { specify } from "./specification.ts";

const { given } = specify({
  initial: noCustomer,
  decide: decideCustomer,
  accepts: acceptsCustomer,
  evolve: evolveCustomer,
});

describe("[L13] a change of a customer's contact that waited through an update", () => {
  const waited = liftCommand(
    { type: "change-customer", data: { changes: { contact: { from: "Orla Byrne", to: "Ann Lee" } } } },
    1,
  ) as KnownCommand & { readonly type: "change-customer" };
  const added: CustomerEvent = { type: "customer-added", schemaVersion: 2, data: aCustomer() };
  const titled: CustomerEvent = {
    type: "customer-changed",
    schemaVersion: 2,
    data: { changes: { contactTitle: { from: "", to: "Owner" } } },
  };

  test("goes on where nobody has touched the contact", () => {
    given(added)
      .when(waited)
      .then({
        type: "customer-changed",
        schemaVersion: 2,
        data: { changes: { contactName: { from: "Orla Byrne", to: "Ann Lee" } } },
      });
  });

  test("[L10] meets a title that was given meanwhile as a conflict: it is never beside the next name", () => {
    given(added, titled)
      .when(waited)
      .thenRejected({
        reason: "customer-changed-meanwhile",
        conflicts: [{ field: "contactTitle", before: "", yours: "", theirs: "Owner" }],
      });
  });
});

describe("[L13] a list's row that waited through an update", () => {
  test("says of columns that it had not still nothing", () => {
    const fields = { name: "Jam", priceMinor: 5 };
    const bare = { type: "import-product", data: { sku: "JAM", fields } };
    expect(liftCommand(bare, 1)).toEqual(bare);
    const taxed = { type: "import-product", data: { sku: "JAM", fields: { ...fields, taxBps: 25 } } };
    expect(liftCommand(taxed, 1)).toEqual({
      type: "import-product",
      data: { sku: "JAM", fields: { ...fields, taxPpm: 2_500 } },
    });
  });

  test("stays as it is where it has this build's shapes already", () => {
    const cancel = { type: "cancel-order", data: { note: "closed" } };
    expect(liftCommand(cancel, commandShapes)).toEqual(cancel);
  });
});

test("[L13] why a command was parked is told in the fields and values of today", () => {
  const conflict = (field: string, before: unknown, yours: unknown, theirs: unknown) => ({
    reason: "product-changed-meanwhile" as const,
    conflicts: [{ field, before, yours, theirs }],
  });
  expect(liftRejection(conflict("taxBps", 1900, 700, 0), 1)).toEqual(conflict("taxPpm", 190_000, 70_000, 0));
  expect(liftRejection(conflict("contact", "", "a", "b"), 1)).toEqual(conflict("contactName", "", "a", "b"));
  const rates = (key: "bps" | "ppm", rate: number) => [{ name: "standard", [key]: rate }];
  expect(liftRejection(conflict("taxRates", [], rates("bps", 700), rates("bps", 1900)), 1)).toEqual(
    conflict("taxRates", [], rates("ppm", 70_000), rates("ppm", 190_000)),
  );
  expect(liftRejection(conflict("note", "", "a", "b"), 1)).toEqual(conflict("note", "", "a", "b"));
  expect(liftRejection({ reason: "product-exists" }, 1)).toEqual({ reason: "product-exists" });
});
