import type { Device } from "../../../src/device/storage/device.ts";
import { stateOf } from "../../../src/device/streams/sums.ts";
import type { ExistingOrder } from "../../../src/domain/order/order-state.ts";
import { blankProduct, type ProductFields } from "../../../src/domain/product/product.ts";
import { findProductStream } from "../../../src/domain/stream-key.ts";
import { run } from "../../device/support/a-device.ts";

/** Puts a product into the catalogue of a device. */
export async function addProduct(
  device: Device,
  sku: string,
  name: string,
  more: Partial<ProductFields> = {},
): Promise<void> {
  const stream = findProductStream(sku);
  if (stream === undefined) throw new Error(`expected a SKU, found ${sku}`);
  const data = { ...blankProduct({ name, priceMinor: 350 }), ...more, sku };
  await run(device, stream, { type: "add-product", data });
}

/** The orders of a device, in the order in which they were begun. */
export async function ordersOf({ db }: Device): Promise<readonly ExistingOrder[]> {
  const rows = await db.streams.where("key").startsWith("order/").toArray();
  return rows
    .map((row) => stateOf("order", row))
    .filter((order) => order.status !== "none")
    .toSorted((one, other) => (one.number ?? "").localeCompare(other.number ?? ""));
}

/** The quantities and names on the order that was begun last. */
export async function linesOf(device: Device): Promise<readonly string[]> {
  const order = (await ordersOf(device)).at(-1);
  return (order?.lines ?? []).map(({ quantity, name }) => `${quantity} × ${name}`);
}
