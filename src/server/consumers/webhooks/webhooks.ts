import { LRUCache } from "lru-cache";
import { derivedId } from "../../../protocol/ids.ts";
import { isWanted } from "../../../protocol/subscription-messages.ts";
import type { NewDelivery } from "../../store/subscriptions.ts";
import type { Consumer } from "../consumer.ts";

/** Its name. Never change it. */
export const webhooksName = "webhooks";

/** Most deliveries that may wait for one subscription; with more it is `full`, and an owner is told. */
const waitingDefault = 50_000;

/**
 * The consumer that writes what is to be sent: one delivery for each event and each subscription that asks for it, in
 * the transaction of its page. Sending is another's work (`makeSender`), outside of any transaction.
 */
export function makeWebhooks(waitingMax = waitingDefault): Consumer {
  /**
   * How much may wait by subscription, at most, as far as this process knows; what leaves is seen when it is counted.
   */
  const known = new LRUCache<string, { readonly waiting: number; readonly pages: number }>({ max: 10_000 });
  return {
    name: webhooksName,
    pageEvents: 200,
    appends: false,
    begin: async ({ tx, now }) => {
      // Also for a paused one, since it goes on later.
      const open = (await tx.listSubscriptions()).filter(({ state }) => state !== "full");
      const rows: NewDelivery[] = [];
      return {
        take: async ({ id: event, position, stream, type }) => {
          for (const row of open) {
            if (position <= row.fromPosition || !isWanted(row.types, type)) continue;
            // The same for the same event, so that a receiver knows it again, whatever happened to this server.
            const id = derivedId(row.id, event);
            rows.push({ id, subscription: row.id, position, stream, event, type });
          }
        },
        finish: async () => {
          const added = new Map<string, number>();
          for (const { subscription } of rows) added.set(subscription, (added.get(subscription) ?? 0) + 1);
          const isUnsure = [...added].some(([id, count]) => {
            const { waiting, pages } = known.get(id) ?? { waiting: Number.POSITIVE_INFINITY, pages: 0 };
            return waiting + count > waitingMax || pages >= countEvery;
          });
          const counts = isUnsure ? await tx.countDeliveries() : undefined;
          await tx.putDeliveries(rows, now);
          for (const [id, count] of added) {
            const counted = counts?.find(({ subscription }) => subscription === id)?.waiting ?? 0;
            const before = counts === undefined ? known.get(id) : { waiting: counted, pages: 0 };
            const waiting = (before?.waiting ?? 0) + count;
            known.set(id, { waiting, pages: (before?.pages ?? 0) + 1 });
            if (waiting > waitingMax) await tx.updateSubscription(id, { state: "full" });
          }
          return undefined;
        },
      };
    },
    forget: (tx) => tx.forgetDeliveries(),
  };
}

/**
 * What waits is counted after so many pages at the latest, and whenever there may be too much: other processes add to
 * it too. Counting reads all of it.
 */
const countEvery = 20;
