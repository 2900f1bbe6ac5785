import type { Page } from "@playwright/test";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import type { CustomerFields } from "../../src/domain/customer/customer.ts";
import type { ProductFields } from "../../src/domain/product/product.ts";
import { customerStream, findProductStream, findStockStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { aCustomer, aProduct } from "../domain/builders.ts";
import { expectAllSent, makeInvite } from "./as-a-rep.ts";
import { aDrivenDevice } from "./driven-device.ts";

/** What a business is filled with; everything that a test does not name is as the builders have it. */
export interface Filling {
  readonly products: readonly (Partial<ProductFields> & {
    readonly sku: string;
    readonly name: string;
    /** Counted, where it is given. */
    readonly onHand?: number;
  })[];
  readonly customers?: readonly (Partial<CustomerFields> & { readonly company: string })[];
}

/**
 * Fills the business of a page from a second device of it, which may write what no form of one device would: two
 * products with one barcode come from two devices that were offline. Waits until the page has it all.
 */
export async function fillByDevice(page: Page, url: string, { products, customers }: Filling): Promise<void> {
  const link = await makeInvite(page, url, "Owner");
  const office = await aDrivenDevice(url, link.slice(link.indexOf("#") + 1));
  const save = async (input: Parameters<typeof handleCommand>[1]) => {
    const handled = await handleCommand(office.device(), input);
    if (handled.outcome !== "saved") throw new Error(`expected it to be saved, found ${handled.outcome}`);
  };
  for (const { onHand, ...product } of products) {
    const data = aProduct({ category: "", unit: "", ...product });
    await save({ stream: mustStream(findProductStream(data.sku)), command: { type: "add-product", data } });
    if (onHand === undefined) continue;
    const counted = { sku: data.sku, quantity: onHand };
    await save({
      stream: mustStream(findStockStream(data.sku)),
      command: { type: "count-stock", data: counted },
    });
  }
  for (const customer of customers ?? []) {
    const command = { type: "add-customer", data: aCustomer(customer) } as const;
    await save({ stream: customerStream(newId()), command });
  }
  await office.start();
  await office.ringUntilSent();
  office.stop();
  await page.goto(`${url}/products`);
  await page
    .getByText(products.at(-1)?.name ?? "")
    .first()
    .waitFor();
  await expectAllSent(page);
}

function mustStream<Stream>(stream: Stream | undefined): Stream {
  if (stream === undefined) throw new Error("expected a SKU that a stream can be called by");
  return stream;
}
