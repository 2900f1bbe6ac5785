import fc from "fast-check";
import { type KnownCommand, type KnownEvent, kinds } from "../../src/domain/kinds.ts";
import type { orderDetailFields } from "../../src/domain/order/order-events.ts";
import { totals } from "../../src/domain/totals.ts";
import { aCustomer, aHeader, aLine, anAddress, anImport, aProduct, aWorkspace, uuid } from "./builders.ts";

/** Few values, so that examples meet: the same line, the same field, the same number twice. */
const lineId = fc.integer({ min: 1, max: 4 }).map(uuid);
const quantity = fc.integer({ min: 1, max: 5 });
const text = fc.constantFrom("", "a", "b");
const bps = fc.constantFrom(0, 500, 10_000);
const change = <T>(value: fc.Arbitrary<T>) => fc.record({ from: value, to: value });

const line = fc
  .record({
    n: fc.integer({ min: 1, max: 4 }),
    quantity,
    discountBps: bps,
    unitPriceMinor: fc.constantFrom(0, 1, 35),
  })
  .map(({ n, ...more }) => aLine(n, more));

const details = fc.record(
  {
    customer: change(fc.constantFrom(null, aHeader().customer)),
    shipTo: change(fc.constantFrom(null, anAddress())),
    discountBps: change(bps),
    freightMinor: change(fc.constantFrom(0, 100)),
    reference: change(text),
    note: change(text),
    orderedOn: change(fc.constantFrom("2026-01-05", "2026-01-06")),
    wantedOn: change(fc.constantFrom(null, "2026-02-01")),
  } satisfies Record<(typeof orderDetailFields)[number], unknown>,
  { requiredKeys: [] },
);

const anyImport = fc
  .record({
    lines: fc.array(line, { maxLength: 3 }),
    shippedOn: fc.constantFrom(null, "1996-07-16"),
    note: text,
  })
  .map(anImport);
const number = fc.constantFrom("K7-1", "K7-2");
const header = text.map((note) => ({ ...aHeader({ note }), number: "K7-1" }));

/** Any command on one order, sensible or not. */
export const orderCommand: fc.Arbitrary<KnownCommand> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant("start-order" as const), data: header }), weight: 1 },
  { arbitrary: fc.record({ type: fc.constant("add-line" as const), data: line }), weight: 4 },
  fc.record({
    type: fc.constant("add-quantity" as const),
    data: fc.record({ lineId, by: fc.integer({ min: -3, max: 3 }) }),
  }),
  fc
    .record({ lineId, change: change(quantity) })
    .map(({ lineId, change }) => ({ type: "set-quantity" as const, data: { lineId, ...change } })),
  fc
    .record({ lineId, change: change(bps) })
    .map(({ lineId, change }) => ({ type: "set-line-discount" as const, data: { lineId, ...change } })),
  fc
    .record({ lineId, change: change(text) })
    .map(({ lineId, change }) => ({ type: "set-line-note" as const, data: { lineId, ...change } })),
  fc.record({ type: fc.constant("remove-line" as const), data: fc.record({ lineId }) }),
  fc.record({ type: fc.constant("substitute-line" as const), data: fc.record({ lineId, line }) }),
  fc.record({ type: fc.constant("back-order-line" as const), data: fc.record({ lineId, quantity }) }),
  details.map((changes) => ({ type: "change-order-details" as const, data: { changes } })),
  fc.constant({ type: "place-order" as const, data: {} }),
  fc.constant({ type: "ship-order" as const, data: { shippedOn: "2026-01-07" } }),
  text.map((note) => ({ type: "cancel-order" as const, data: { note } })),
  change(number).map((data) => ({ type: "renumber-order" as const, data })),
  anyImport.map((data) => ({ type: "import-order" as const, data })),
);

const customer = fc
  .record({ company: fc.constantFrom("A", "B"), note: text, archived: fc.boolean() })
  .map(aCustomer);
const customerChanges = fc.record(
  { company: change(fc.constantFrom("A", "B")), note: change(text), archived: change(fc.boolean()) },
  { requiredKeys: [] },
);
const product = fc.record({
  name: fc.constantFrom("A", "B"),
  priceMinor: fc.constantFrom(1, 2),
  archived: fc.boolean(),
});
const productChanges = fc.record(
  { name: change(fc.constantFrom("A", "B")), priceMinor: change(fc.constantFrom(1, 2)) },
  { requiredKeys: [] },
);
const stock = fc.constantFrom(0, 1, 10, 999_999_999).map((quantity) => ({ sku: "TEA-1", quantity }));
const allocated = fc.constantFrom(0, 1, 3, 5).map((reserved) => ({
  cause: "placed" as const,
  lines: [{ sku: "TEA-1", wanted: 3, reserved, ahead: [] }],
}));
const moved = stock.map((line) => ({ lines: [line] }));
const settings = fc.record(
  { name: change(fc.constantFrom("Quay Wholesale", "B")), currency: change(fc.constantFrom("EUR", "USD")) },
  { requiredKeys: [] },
);

/** Any command of any kind, with the stream that it is for. */
export const anyCommand: fc.Arbitrary<{ readonly stream: string; readonly command: KnownCommand }> = fc.oneof(
  orderCommand.map((command) => ({ stream: `order/${uuid(1)}`, command })),
  on(
    `customer/${uuid(1)}`,
    customer.map((data) => ({ type: "add-customer", data }) as const),
  ),
  on(
    `customer/${uuid(1)}`,
    customerChanges.map((changes) => ({ type: "change-customer", data: { changes } }) as const),
  ),
  on(
    `customer/${uuid(1)}`,
    customer.map((fields) => ({ type: "import-customer", data: { fields } }) as const),
  ),
  on(
    "product/TEA-1",
    product.map((more) => ({ type: "add-product", data: aProduct(more) }) as const),
  ),
  on(
    "product/TEA-1",
    productChanges.map((changes) => ({ type: "change-product", data: { changes } }) as const),
  ),
  on(
    "product/TEA-1",
    product.map((fields) => ({ type: "import-product", data: { sku: "TEA-1", fields } }) as const),
  ),
  on(
    "stock/TEA-1",
    stock.map((data) => ({ type: "open-stock", data }) as const),
  ),
  on(
    "stock/TEA-1",
    stock.map((data) => ({ type: "count-stock", data }) as const),
  ),
  on(
    "stock/TEA-1",
    stock.map((data) => ({ type: "receive-stock", data }) as const),
  ),
  on(`workspace/${uuid(1)}`, fc.constant({ type: "set-up-workspace", data: aWorkspace() } as const)),
  on(
    `workspace/${uuid(1)}`,
    settings.map((changes) => ({ type: "change-settings", data: { changes } }) as const),
  ),
);

function on<Command extends KnownCommand>(stream: string, commands: fc.Arbitrary<Command>) {
  return commands.map((command) => ({ stream, command }));
}

/** Any event of an order, whether it fits anything or not. */
const orderEvent: fc.Arbitrary<KnownEvent> = fc.oneof(
  header.map((data) => ({ type: "order-drafted", schemaVersion: 1, data }) as const),
  line.map((data) => ({ type: "line-added", schemaVersion: 2, data }) as const),
  fc
    .record({ lineId, from: quantity, to: quantity })
    .map((data) => ({ type: "line-quantity-changed", schemaVersion: 1, data }) as const),
  fc
    .record({ lineId, from: bps, to: bps })
    .map((data) => ({ type: "line-discount-changed", schemaVersion: 1, data }) as const),
  fc
    .record({ lineId, from: text, to: text })
    .map((data) => ({ type: "line-note-changed", schemaVersion: 1, data }) as const),
  lineId.map((lineId) => ({ type: "line-removed", schemaVersion: 1, data: { lineId } }) as const),
  fc
    .record({ lineId, quantity })
    .map((data) => ({ type: "line-back-ordered", schemaVersion: 1, data }) as const),
  details.map((changes) => ({ type: "order-details-changed", schemaVersion: 1, data: { changes } }) as const),
  fc.array(line, { maxLength: 3 }).map((lines) => {
    const data = { ...aHeader(), number: "K7-1", lines };
    return { type: "order-placed", schemaVersion: 3, data: { ...data, totals: totals(data) } } as const;
  }),
  fc.constant({ type: "order-shipped", schemaVersion: 1, data: { shippedOn: "2026-01-07" } } as const),
  fc.constant({ type: "order-cancelled", schemaVersion: 2, data: { note: "" } } as const),
  fc
    .record({ from: number, to: number })
    .map((data) => ({ type: "order-renumbered", schemaVersion: 1, data }) as const),
  anyImport.map(
    (data) =>
      ({ type: "order-imported", schemaVersion: 2, data: { ...data, totals: totals(data) } }) as const,
  ),
);

/** Any event of any kind. */
export const anyEvent: fc.Arbitrary<KnownEvent> = fc.oneof(
  { arbitrary: orderEvent, weight: 3 },
  {
    arbitrary: customer.map((data) => ({ type: "customer-added", schemaVersion: 2, data }) as const),
    weight: 1,
  },
  customerChanges.map(
    (changes) => ({ type: "customer-changed", schemaVersion: 2, data: { changes } }) as const,
  ),
  product.map((more) => ({ type: "product-added", schemaVersion: 2, data: aProduct(more) }) as const),
  productChanges.map(
    (changes) => ({ type: "product-changed", schemaVersion: 2, data: { changes } }) as const,
  ),
  stock.map((data) => ({ type: "stock-counted", schemaVersion: 1, data }) as const),
  stock.map((data) => ({ type: "stock-received", schemaVersion: 1, data }) as const),
  allocated.map((data) => ({ type: "stock-allocated", schemaVersion: 1, data }) as const),
  moved.map((data) => ({ type: "stock-released", schemaVersion: 1, data }) as const),
  moved.map((data) => ({ type: "stock-issued", schemaVersion: 1, data }) as const),
  stock.map(
    ({ sku, quantity }) =>
      ({
        type: "stock-level-changed",
        schemaVersion: 1,
        data: { sku, onHand: quantity, counts: 1, receivedSinceCount: 0 },
      }) as const,
  ),
  fc.constant({ type: "workspace-set-up", schemaVersion: 2, data: aWorkspace() } as const),
  settings.map((changes) => ({ type: "settings-changed", schemaVersion: 2, data: { changes } }) as const),
);

/** One stream of every kind. */
export const streams = Object.keys(kinds).map((kind) =>
  kind === "product" || kind === "stock" || kind === "level" ? `${kind}/TEA-1` : `${kind}/${uuid(1)}`,
);
