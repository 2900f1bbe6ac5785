import type { Consumer } from "./consumers/consumer.ts";
import { inventoryName, makeInventory } from "./consumers/inventory/inventory.ts";
import { makeWebhooks, webhooksName } from "./consumers/webhooks/webhooks.ts";
import type { Store } from "./store/store.ts";

/** All services that follow the log. */
export const consumerNames = [inventoryName, webhooksName] as const;
export type ConsumerName = (typeof consumerNames)[number];

/** Each of them on a store, whether this process runs it or another one. */
export function makeConsumers(store: Store): readonly Consumer[] {
  return [makeInventory(store.installation.sealKey), makeWebhooks()];
}
