import { derivedId } from "../../../protocol/ids.ts";
import { isWanted } from "../../../protocol/subscription-messages.ts";
import type { WorkspaceTx } from "../../store/store.ts";
import type { NewDelivery, SubscriptionRow } from "../../store/subscriptions.ts";
import type { Consumer } from "../consumer.ts";

/** Its name, for ever. */
export const webhooksName = "webhooks";

/** Most deliveries that may wait for one subscription; with more it is `full`, and an owner is told. */
const waitingDefault = 50_000;

/**
 * The consumer that writes what is to be sent: one delivery for each event and each subscription that asks for it, in
 * the transaction of its page. Sending is another's work (`makeSender`), outside of any transaction.
 */
export function makeWebhooks(waitingMax = waitingDefault): Consumer {
  return {
    name: webhooksName,
    pageEvents: 200,
    appends: false,
    begin: async ({ tx, now }) => {
      const open = await openSubscriptions(tx);
      const rows: NewDelivery[] = [];
      return {
        take: async ({ id: event, position, stream, type }) => {
          for (const { row } of open) {
            if (position <= row.fromPosition || !isWanted(row.types, type)) continue;
            // The same for the same event, so that a receiver knows it again, whatever happened to this server.
            const id = derivedId(row.id, event);
            rows.push({ id, subscription: row.id, position, stream, event, type });
          }
        },
        finish: async () => {
          await tx.putDeliveries(rows, now);
          for (const { row, waiting } of open) {
            const added = rows.filter(({ subscription }) => subscription === row.id).length;
            if (waiting + added > waitingMax) await tx.updateSubscription(row.id, { state: "full" });
          }
          return undefined;
        },
      };
    },
    forget: (tx) => tx.forgetDeliveries(),
  };
}

/** What deliveries are written for, with how much waits there: also for a paused one, since it goes on later. */
async function openSubscriptions(
  tx: WorkspaceTx,
): Promise<readonly { readonly row: SubscriptionRow; readonly waiting: number }[]> {
  const open = (await tx.listSubscriptions()).filter(({ state }) => state !== "full");
  if (open.length === 0) return [];
  const counts = new Map((await tx.countDeliveries()).map((count) => [count.subscription, count.waiting]));
  return open.map((row) => ({ row, waiting: counts.get(row.id) ?? 0 }));
}
