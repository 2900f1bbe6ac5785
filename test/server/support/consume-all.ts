import { consumePage } from "../../../src/server/consumers/consume-page.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import type { Store } from "../../../src/server/store/store.ts";

/** Lets a consumer read a workspace's log to its end. */
export async function consumeAll(
  store: Store,
  consumer: Consumer,
  workspace: string,
  clock: () => Date = () => new Date(),
): Promise<void> {
  for (;;) {
    const page = await consumePage(store, consumer, workspace, clock);
    if (page.outcome === "busy") throw new Error("expected nobody else at work");
    if (page.aside.length > 0) throw new Error(`expected nothing set aside, found ${page.aside[0]?.reason}`);
    if (page.isEnd) return;
  }
}
