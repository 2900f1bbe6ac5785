import { type Handled, handleCommand, handleCommands } from "../../src/device/outbox/handle-command.ts";
import type { Device } from "../../src/device/storage/device.ts";
import type { OrderCustomer } from "../../src/domain/order/order-events.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { aHeader, aLine } from "../domain/builders.ts";

/** An order that was taken and saved without a network, with the ids of the commands that it took. */
export interface TakenOrder {
  readonly id: string;
  readonly number: string;
  readonly commands: readonly string[];
}

/** Begins an order, for a customer or as a cash sale, writes one to three lines and places it; `nth` varies it. */
export async function takeOrder(device: Device, nth: number): Promise<TakenOrder> {
  const id = newId();
  const stream = orderStream(id);
  const customer = nth % 3 === 0 ? null : customers[nth % customers.length];
  const started = saved(
    await handleCommand(device, {
      stream,
      command: ({ orderNumber: number }) => ({
        type: "start-order",
        data: { ...aHeader({ customer: customer ?? null }), number },
      }),
    }),
  );
  const lines = Array.from({ length: 1 + (nth % 3) }, (_, line) =>
    aLine(line + 1, { lineId: newId(), quantity: 1 + ((nth + line) % 12) }),
  );
  const rest = await handleCommands(device, [
    ...lines.map((data) => ({ stream, command: { type: "add-line", data } as const })),
    { stream, command: { type: "place-order", data: {} } },
  ]);
  const commands = [started, ...rest.map(saved)].map(({ commandId }) => commandId);
  return { id, number: started.orderNumber ?? "", commands };
}

const customers: readonly OrderCustomer[] = [
  "Harbour Café",
  "Mill Stores",
  "Quay Deli",
  "The Green Grocer",
].map((name, index) => ({ id: `00000000-0000-4000-8000-00000000090${index}`, code: `C${index}`, name }));

function saved(handled: Handled): Extract<Handled, { outcome: "saved" }> {
  if (handled.outcome !== "saved") throw new Error(`expected "saved", found ${JSON.stringify(handled)}`);
  return handled;
}
