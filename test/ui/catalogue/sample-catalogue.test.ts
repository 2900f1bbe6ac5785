import { describe, expect, test } from "vitest";
import type { CommandInput } from "../../../src/device/outbox/handle-command.ts";
import type { CustomerView, OrderView, ProductView } from "../../../src/device/views/queries.ts";
import { decideOn, initialOf, type KnownEvent } from "../../../src/domain/kinds.ts";
import { idOf, kindOf } from "../../../src/domain/stream-key.ts";
import { parseEvent } from "../../../src/protocol/parse-event.ts";
import { planSampleRemoval, sampleCommands } from "../../../src/ui/catalogue/sample-catalogue.ts";
import { sampleCustomers, sampleProducts } from "../../../src/ui/catalogue/sample-data.ts";
import type { PlannedCommand } from "../../../src/ui/import/import-plan.ts";
import { afterwards, nothing } from "../import/import-files.ts";

const settings = {
  currency: "EUR",
  taxMode: "exclusive",
  taxRates: [{ name: "standard", ppm: 190_000 }],
} as const;
const planned = (inputs: readonly CommandInput[]) => inputs as unknown as readonly PlannedCommand[];

/** What is here once the sample was added, as the screens read it. */
function here(orders: readonly OrderView[] = []) {
  const known = afterwards(planned(sampleCommands(settings, 2)), nothing);
  const customers = [...known.customers].map(
    ([id, customer]): CustomerView => ({ id, customer, mark: "confirmed" }),
  );
  const products = [...known.products].map(
    ([skuId, product]): ProductView => ({ skuId, product, mark: "confirmed" }),
  );
  return { known, customers, products, orders };
}

describe("the sample catalogue", () => {
  test("it has 24 products in 4 categories and 6 customers, each only once", () => {
    expect(sampleProducts).toHaveLength(24);
    expect(new Set(sampleProducts.map(({ sku }) => sku)).size).toBe(24);
    expect(new Set(sampleProducts.map(({ category }) => category)).size).toBe(4);
    expect(new Set(sampleCustomers.map(({ code }) => code)).size).toBe(6);
  });

  test("all of it can be saved and sent, in currencies with no, two and three decimals", () => {
    for (const digits of [0, 2, 3]) {
      for (const { stream, command } of planned(sampleCommands(settings, digits))) {
        const decision = decideOn(stream, command, initialOf(stream));
        expect(decision.outcome).toBe("events");
        const events: readonly KnownEvent[] = decision.outcome === "events" ? decision.events : [];
        expect(events.map((event) => parseEvent(event).outcome)).toEqual(["known"]);
      }
    }
  });

  test("adding it again changes nothing", () => {
    const { known } = here();
    expect(afterwards(planned(sampleCommands(settings, 2)), known).products).toEqual(known.products);
  });

  test("removing it archives all of it, and adding it again brings it back", () => {
    const now = here();
    const removal = planSampleRemoval(settings, 2, now);
    expect(removal).toMatchObject({ kept: 0 });
    expect(removal.commands).toHaveLength(30);
    const without = afterwards(planned(removal.commands), now.known);
    expect(
      [...without.products.values(), ...without.customers.values()].every(({ archived }) => archived),
    ).toBe(true);
    const back = afterwards(planned(sampleCommands(settings, 2)), without);
    expect([...back.products.values()].some(({ archived }) => archived)).toBe(false);
  });

  test("what is on an order or was changed stays: it has become the business's own", () => {
    const now = here();
    const [first] = now.customers;
    const changed = now.products.map((view, index) =>
      index === 0 ? { ...view, product: { ...view.product, priceMinor: 1 } } : view,
    );
    const used = { order: { customer: { id: first?.id }, lines: [{ sku: now.products[1]?.product.sku }] } };
    const removal = planSampleRemoval(settings, 2, {
      ...now,
      products: changed,
      orders: [used as unknown as OrderView],
    });
    expect(removal.kept).toBe(3);
    expect(removal.commands.map(({ stream }) => stream)).not.toContain(`customer/${first?.id}`);
    expect(removal.commands.map(({ stream }) => idOf(stream))).not.toContain(now.products[0]?.skuId);
    expect(removal.commands.filter(({ stream }) => kindOf(stream) === "product")).toHaveLength(22);
  });
});
