import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import type { Store } from "../../../src/server/store/store.ts";

/** Lets a consumer take a workspace's log after a position, a page a transaction, and answers where it ended. */
export async function consumeAll(
  store: Store,
  consumer: Consumer,
  workspace: string,
  after = 0,
  now: Date = new Date(),
): Promise<number> {
  for (let position = after; ; ) {
    const taken = await store.inWorkspace(workspace, async (tx) => {
      const head = await tx.readHead();
      const events = await tx.readPage(position, { events: consumer.pageEvents, bytes: 1_000_000 });
      const page = { tx, workspace, events, head, now: now.toISOString() };
      const work = await consumer.begin(page);
      for (const event of events) await work.take(event);
      await work.finish((events.at(-1)?.position ?? position) >= head.position);
      return events.at(-1)?.position;
    });
    if (taken === undefined) return position;
    position = taken;
  }
}
