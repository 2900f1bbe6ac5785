import { emptyAddress } from "../address.ts";
import type { EventOf } from "../event.ts";
import type { OrderPlacedV2, WholeOrderInBps } from "./upcast-order-taxes.ts";

/** As first written: the shipping address as one string of text. */
export type OrderPlacedV1 = EventOf<
  "order-placed",
  1,
  Omit<WholeOrderInBps, "shipTo"> & { readonly shipTo: string | null }
>;

/**
 * From one string to a structured address. What the parts were cannot be told from the text, so the text stays
 * whole, as the street: nothing is guessed, nothing is lost, and `addressLine` prints it as it was.
 */
export function upcastOrderPlacedV1(event: OrderPlacedV1): OrderPlacedV2 {
  const { shipTo } = event.data;
  const address = shipTo === null ? null : { ...emptyAddress, street: shipTo };
  return { type: "order-placed", schemaVersion: 2, data: { ...event.data, shipTo: address } };
}
