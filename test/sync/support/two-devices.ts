import { addLine, startOrder } from "../../device/support/a-device.ts";
import { aFleet } from "./a-fleet.ts";

/** Two devices that both hold one order of one line, with everything confirmed. */
export async function twoDevicesAndAnOrder() {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  const order = await startOrder(owner.device);
  const lineId = await addLine(owner.device, order.stream, { sku: "CHAI", name: "Chai", quantity: 12 });
  await owner.sync();
  await rep.sync();
  return { owner, rep, join, server, ...order, lineId };
}
