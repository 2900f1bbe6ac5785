import { expect, test } from "vitest";
import type { Answer } from "../../../../src/server/consumers/webhooks/retry-plan.ts";
import { makeSender } from "../../../../src/server/consumers/webhooks/sender.ts";
import { makeWebhooks } from "../../../../src/server/consumers/webhooks/webhooks.ts";
import { consumeAll } from "../../support/consume-all.ts";
import { storeWith } from "../../support/store-with.ts";
import { aWebhookWorld, describeOnEveryStore } from "../../support/webhook-world.ts";

const world = aWebhookWorld();
const { aSubscribedWarehouse, clock, portsWith } = world;

describeOnEveryStore("the limits of webhooks", (opened) => {
  test("[L16] when too much waits nothing more is kept for it, and its owner is told", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"], state: "paused" });
    const few = makeWebhooks(2);
    for (const sku of ["A", "B", "C"]) await shop.count(sku, 1);
    await consumeAll(store, few, shop.workspace, clock);
    await shop.count("D", 1);
    await consumeAll(store, few, shop.workspace, clock);
    const found = await store.inWorkspace(shop.workspace, (tx) => tx.listSubscriptions());
    expect(found).toMatchObject([{ state: "full" }]);
    expect(await shop.counts()).toMatchObject([{ waiting: 3 }]);
  });

  test("[L16] to one receiver no more than four requests are open at once, however much is due", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
    for (let sku = 1; sku <= 9; sku += 1) await shop.count(`SKU${sku}`, 1);
    await shop.follow();
    let answer = (_answer: Answer) => {};
    const held = new Promise<Answer>((release) => {
      answer = release;
    });
    const sender = makeSender(store, portsWith({ post: () => held }));
    expect(await sender.look()).toBe(4);
    expect(await sender.look()).toBe(0);
    expect(await makeSender(store, portsWith()).look()).toBe(0);
    answer({ outcome: "answered", status: 204, retryAfter: null });
    await sender.idle();
    expect(await sender.look()).toBe(4);
    await sender.idle();
  });

  test("[L16] what waits is counted now and then, not with every page: counting reads all of it", async () => {
    const { store } = await opened;
    const shop = await aSubscribedWarehouse(store, { types: ["stock-counted"] });
    let counted = 0;
    const counting = storeWith(store, (tx) => ({
      countDeliveries: () => {
        counted += 1;
        return tx.countDeliveries();
      },
    }));
    const webhooks = { ...makeWebhooks(), pageEvents: 1 };
    for (let sku = 1; sku <= 30; sku += 1) await shop.count(`SKU${sku}`, 1);
    await consumeAll(counting, webhooks, shop.workspace, clock);
    expect(await shop.counts()).toMatchObject([{ waiting: 30 }]);
    expect(counted).toBe(2);
  });
});
