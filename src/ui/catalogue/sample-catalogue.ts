import type { CommandInput } from "../../device/outbox/handle-command.ts";
import type { CustomerView, OrderView, ProductView } from "../../device/views/queries.ts";
import { emptyAddress } from "../../domain/address.ts";
import { blankCustomer, type CustomerFields, customerFields } from "../../domain/customer/customer.ts";
import type { ExistingOrder } from "../../domain/order/order-state.ts";
import { blankProduct, type ProductFields, productFields } from "../../domain/product/product.ts";
import { sameData } from "../../domain/same-data.ts";
import { customerStream, findProductStream, findSkuId, findStockStream } from "../../domain/stream-key.ts";
import type { WorkspaceFields } from "../../domain/workspace/workspace.ts";
import { importedId } from "../../protocol/ids.ts";
import { sampleCustomers, sampleProducts } from "./sample-data.ts";

type Settings = Pick<WorkspaceFields, "currency" | "taxRates" | "taxMode">;

/** What every code and SKU of the sample begins with. */
export const samplePrefix = "DEMO-";

/** Whether an order is for a customer of the sample, or has a product of it. */
export function usesSample({ customer, lines }: ExistingOrder): boolean {
  return (
    customer?.code.startsWith(samplePrefix) === true || lines.some(({ sku }) => sku.startsWith(samplePrefix))
  );
}

/** The commands that add the sample; sent again, they change nothing, or restore what was archived. */
export function sampleCommands(settings: Settings, digits: number): readonly CommandInput[] {
  const customers = sampleCustomerFields().map(
    ([id, fields]): CommandInput => ({
      stream: customerStream(id),
      command: { type: "import-customer", data: { fields } },
    }),
  );
  const products = sampleProductFields(settings, digits).flatMap(
    ([sku, fields, quantity]): CommandInput[] => [
      {
        stream: mustStream(findProductStream(sku)),
        command: { type: "import-product", data: { sku, fields } },
      },
      { stream: mustStream(findStockStream(sku)), command: { type: "open-stock", data: { sku, quantity } } },
    ],
  );
  return [...customers, ...products];
}

/** What removing the sample does: archives what is unused and unchanged, keeps the rest. */
export interface SampleRemoval {
  readonly commands: readonly CommandInput[];
  readonly kept: number;
}

/**
 * Plans the removal of the sample. Nothing that is on an order or was changed since is touched: it has become the
 * business's own.
 */
export function planSampleRemoval(
  settings: Settings,
  digits: number,
  here: {
    readonly customers: readonly CustomerView[];
    readonly products: readonly ProductView[];
    readonly orders: readonly OrderView[];
  },
): SampleRemoval {
  const usedCustomers = new Set(here.orders.map(({ order }) => order.customer?.id));
  const usedSkus = new Set(here.orders.flatMap(({ order }) => order.lines.map(({ sku }) => findSkuId(sku))));
  const archive = { archived: { from: false, to: true } } as const;
  const customersById = new Map(here.customers.map(({ id, customer }) => [id, customer]));
  const productsById = new Map(here.products.map(({ skuId, product }) => [skuId, product]));
  const customers = sampleCustomerFields().flatMap(([id, fields]) => {
    const found = customersById.get(id);
    if (found === undefined || found.archived) return [];
    const touched =
      usedCustomers.has(id) || customerFields.some((name) => !sameData(found[name], fields[name]));
    const command = { type: "change-customer", data: { changes: archive } } as const;
    return [{ touched, input: { stream: customerStream(id), command } }];
  });
  const products = sampleProductFields(settings, digits).flatMap(([sku, fields]) => {
    const found = productsById.get(findSkuId(sku) ?? "");
    if (found === undefined || found.archived) return [];
    const touched =
      usedSkus.has(findSkuId(sku)) || productFields.some((name) => !sameData(found[name], fields[name]));
    const command = { type: "change-product", data: { changes: archive } } as const;
    return [{ touched, input: { stream: mustStream(findProductStream(sku)), command } }];
  });
  const all = [...customers, ...products];
  return {
    commands: all.filter(({ touched }) => !touched).map(({ input }) => input),
    kept: all.filter(({ touched }) => touched).length,
  };
}

function sampleCustomerFields(): readonly (readonly [id: string, fields: CustomerFields])[] {
  return sampleCustomers.map(({ code, company, contact, email, phone, ...place }) => [
    importedId("customer", code),
    {
      ...blankCustomer({ code, company }),
      contactName: contact,
      email,
      phone,
      address: { ...emptyAddress, ...place },
    },
  ]);
}

function sampleProductFields(
  settings: Settings,
  digits: number,
): readonly (readonly [sku: string, fields: ProductFields, stock: number])[] {
  const taxPpm = settings.taxMode === "none" ? 0 : (settings.taxRates[0]?.ppm ?? 0);
  return sampleProducts.map(({ sku, name, category, unit, price, stepQuantity, reorderLevel, stock }) => {
    // A price of 14.80 is 1480 where the currency has cents, 1480 where it has none, 14800 where it has mills.
    const priceMinor = Number(price.replace(".", "")) * (digits > 2 ? 10 ** (digits - 2) : 1);
    const quantities = { minQuantity: stepQuantity, stepQuantity, reorderLevel };
    return [sku, { ...blankProduct({ name, priceMinor }), category, unit, taxPpm, ...quantities }, stock];
  });
}

function mustStream<Stream>(stream: Stream | undefined): Stream {
  if (stream === undefined)
    throw new Error("expected every SKU of the sample to be valid, found one that is not");
  return stream;
}
