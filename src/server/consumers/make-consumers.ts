import type { Store } from "../store/store.ts";
import type { Consumer } from "./consumer.ts";
import { inventoryName, makeInventory } from "./inventory/inventory.ts";
import { makeWebhooks, webhooksName } from "./webhooks/webhooks.ts";

/** All services that follow the log. */
export const consumerNames = [inventoryName, webhooksName] as const;
export type ConsumerName = (typeof consumerNames)[number];

/** Each of them on a store, whether this process runs it or another one. */
export function makeConsumers(store: Store): readonly Consumer[] {
  return [makeInventory(store.installation.sealKey), makeWebhooks()];
}
