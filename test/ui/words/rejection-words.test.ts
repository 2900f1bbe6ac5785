import { describe, expect, test } from "vitest";
import type { KnownRejection } from "../../../src/domain/kinds.ts";
import { rejectionWords } from "../../../src/ui/words/rejection-words.ts";
import { british } from "../builders.ts";

const conflict = { field: "quantity", before: 12, yours: 5, theirs: 8 };
const conflicts = [conflict, { field: "wantedOn", before: null, yours: "2024-03-01", theirs: "2024-03-02" }];

/** One of each; the type makes a missing one an error. */
const samples: {
  readonly [Reason in KnownRejection["reason"]]: Extract<KnownRejection, { reason: Reason }>;
} = {
  "order-not-found": { reason: "order-not-found" },
  "order-exists": { reason: "order-exists", status: "draft" },
  "order-not-open": { reason: "order-not-open", status: "shipped" },
  "order-not-draft": { reason: "order-not-draft", status: "cancelled" },
  "order-not-placed": { reason: "order-not-placed", status: "draft" },
  "order-empty": { reason: "order-empty" },
  "line-exists": { reason: "line-exists", lineId: "l" },
  "line-not-found": { reason: "line-not-found", lineId: "l", removed: true },
  "last-line-of-placed-order": { reason: "last-line-of-placed-order", lineId: "l" },
  "back-order-too-large": {
    reason: "back-order-too-large",
    lineId: "l",
    sku: "TEA-1",
    name: "Tea",
    quantity: 3,
    ordered: 2,
  },
  "too-many-lines": { reason: "too-many-lines", max: 1200 },
  "quantity-out-of-range": { reason: "quantity-out-of-range", quantity: -1, max: 1_000_000 },
  "amount-too-large": { reason: "amount-too-large" },
  "line-changed-meanwhile": {
    reason: "line-changed-meanwhile",
    lineId: "l",
    sku: "TEA-1",
    name: "Chai",
    conflict,
  },
  "details-changed-meanwhile": { reason: "details-changed-meanwhile", conflicts },
  "placed-differs": { reason: "placed-differs", field: "totals" },
  "number-changed-meanwhile": { reason: "number-changed-meanwhile", current: "K7-2" },
  "import-differs": { reason: "import-differs", externalRef: "10248" },
  "customer-exists": { reason: "customer-exists" },
  "customer-not-found": { reason: "customer-not-found" },
  "customer-changed-meanwhile": { reason: "customer-changed-meanwhile", conflicts },
  "product-exists": { reason: "product-exists" },
  "product-not-found": { reason: "product-not-found" },
  "product-changed-meanwhile": { reason: "product-changed-meanwhile", conflicts },
  "stock-too-large": { reason: "stock-too-large", max: 1000 },
  "workspace-exists": { reason: "workspace-exists" },
  "workspace-not-found": { reason: "workspace-not-found" },
  "currency-fixed": { reason: "currency-fixed", currency: "GBP" },
  "settings-changed-meanwhile": { reason: "settings-changed-meanwhile", conflicts },
  "allocation-ended": { reason: "allocation-ended", status: "issued" },
  "reserved-too-much": { reason: "reserved-too-much", sku: "TEA-1" },
  "wrong-stream": { reason: "wrong-stream", kind: "order", type: "stock-counted" },
};

describe("words for what may not be", () => {
  test.each(Object.entries(samples))("%s is a whole sentence", (_reason, rejection) => {
    expect(rejectionWords(rejection, british)).toMatch(/^[A-Z].{15,}[.]$/s);
  });
  test("a line that two people changed is told with both values", () => {
    expect(rejectionWords(samples["line-changed-meanwhile"], british)).toBe(
      "Chai (TEA-1): You changed the quantity from 12 to 5; meanwhile it was changed to 8.",
    );
  });
  test("dates and empty fields are told as people say them", () => {
    expect(rejectionWords(samples["details-changed-meanwhile"], british)).toContain(
      "You changed the wanted date from nothing to 1 Mar 2024; meanwhile it was changed to 2 Mar 2024.",
    );
  });
});
