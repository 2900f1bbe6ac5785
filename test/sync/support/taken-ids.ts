import type { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { readStreamEvents } from "../../../src/device/streams/log.ts";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { customerStream, orderStream, type StreamKey } from "../../../src/domain/stream-key.ts";
import { importedId, newId } from "../../../src/protocol/ids.ts";
import type { ExchangePorts } from "../../../src/sync/engine/exchange.ts";
import { addLine, run, startOrder } from "../../device/support/a-device.ts";
import { aHeader } from "../../domain/builders.ts";
import { aFleet, type Member, type TestServer } from "./a-fleet.ts";

/** Fields that no test turns on. */
export const product = {
  ...{ name: "Tea", category: "", unit: "box", priceMinor: 500, taxPpm: 0, barcodes: [] },
  ...{ minQuantity: 1, stepQuantity: 1, reorderLevel: 0, archived: false },
};
const address = { name: "", street: "", city: "", region: "", postalCode: "", country: "" };
export const customer = {
  ...{ code: "HARB", company: "Harbour Café", contactName: "", contactTitle: "", email: "", phone: "" },
  ...{ note: "", address, shipTo: null, archived: false },
};

/** A business with two owners' devices and a rep's, and one of everything, known to all. */
export async function aShop() {
  const fleet = await aFleet();
  const { owner, join } = fleet;
  const [office, rep] = [await join("owner", "Office"), await join("rep", "Rep")];
  const draft = await startOrder(owner.device);
  const lineId = await addLine(owner.device, draft.stream);
  const placed = await startOrder(owner.device);
  const placedLine = await addLine(owner.device, placed.stream);
  await run(owner.device, placed.stream, { type: "place-order", data: {} });
  const known = customerStream(newId());
  await run(owner.device, known, { type: "add-customer", data: customer });
  await run(owner.device, "product/OIL", { type: "add-product", data: { ...product, sku: "OIL" } });
  await run(owner.device, "stock/OIL", { type: "receive-stock", data: { sku: "OIL", quantity: 3 } });
  for (const { sync } of [owner, office, rep]) await sync();
  return { ...fleet, office, rep, draft, lineId, placed, placedLine, known };
}

/** The business, with what stands in it. */
export type Shop = Awaited<ReturnType<typeof aShop>>;

/** What somebody wants written, and where. */
export interface Wish {
  readonly stream: StreamKey;
  readonly command: KnownCommand;
}

/** An order that nobody has begun. */
export const order = (): StreamKey => orderStream(newId());

/** What somebody else may have spent the id on before. */
export const uses: Readonly<Record<string, (shop: Shop, wish: Wish) => { by: Member } & Wish>> = {
  "another stream": ({ rep }) => ({
    by: rep,
    stream: order(),
    command: { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } },
  }),
  "another body": ({ office }, { stream, command }) => ({
    by: office,
    stream,
    command: otherwise(stream, command),
  }),
  "what its role forbids": ({ rep }) => ({
    by: rep,
    stream: "product/ZZ",
    command: { type: "add-product", data: { ...product, sku: "ZZ" } },
  }),
};

/** Something else that may be wished where a command stands. */
function otherwise(stream: StreamKey, command: KnownCommand): KnownCommand {
  switch (command.type) {
    case "start-order":
    case "import-order":
      return { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } };
    case "add-customer":
      return { type: "add-customer", data: { ...customer, company: "Somebody else" } };
    case "add-product":
      return { type: "add-product", data: { ...product, sku: "TEA-01", name: "Another tea" } };
    default:
  }
  if (stream.startsWith("order/"))
    return { type: "change-order-details", data: { changes: { reference: { from: "", to: "theirs" } } } };
  if (stream.startsWith("customer/"))
    return { type: "change-customer", data: { changes: { note: { from: "", to: "theirs" } } } };
  if (stream.startsWith("product/"))
    return { type: "change-product", data: { changes: { category: { from: "", to: "theirs" } } } };
  if (stream.startsWith("stock/")) {
    const sku = stream.slice("stock/".length);
    return { type: "count-stock", data: { sku, quantity: 7 } };
  }
  return { type: "change-settings", data: { changes: { timeZone: { from: "Europe/Dublin", to: "UTC" } } } };
}

/** Goods that came in, as a delivery note names them. */
export function received(quantity: number): Parameters<typeof handleCommand>[1] {
  const id = importedId("command", "stockReceipts/DN-4711/OIL");
  return { id, stream: "stock/OIL", command: { type: "receive-stock", data: { sku: "OIL", quantity } } };
}

/** What came in of the oil, by what a device has read. */
export async function receipts(member: Member): Promise<readonly unknown[]> {
  const events = (await readStreamEvents(member.device.db, ["stock/OIL"])).get("stock/OIL") ?? [];
  return events.map(({ data }) => (data as { readonly quantity: number }).quantity);
}

/** Asks for the page without what the device would send. */
export function withoutCommands({ ports }: TestServer): ExchangePorts["post"] {
  return (identity, request) => ports.post(identity, { ...request, commands: [] });
}
