import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { drafted, lineAdded, makeOrderHand, newOrder, someTime } from "./commands.ts";
import { serverTime } from "./judging.ts";
import { deviceRow } from "./rows.ts";

/** A workspace in a store, with an owner who pushes to it. */
async function aShop(store: Store) {
  const workspace = newId();
  const owner = deviceRow();
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  const cache = makeStateCache();
  /** Pushes as the owner, and answers the verdicts. */
  const pushed = async (...commands: readonly PushedCommand[]) => {
    const request = { workspace, device: owner.id, cursor: cursorStart, serverTime, clockOffsetMs: 0 };
    const ended = await push(store, cache, { ...request, commands: commands.map(prepareCommand) });
    if (ended.outcome !== "judged") throw new Error(`expected verdicts, found ${ended.problem.code}`);
    return ended.verdicts;
  };
  const log = () =>
    store.inWorkspace(workspace, (tx) => tx.readPage(0, { events: 10_000, bytes: 100_000_000 }));
  return { workspace, owner, pushed, log };
}

/** A shop with six events: four commands, of which the second has two events and the third and fourth one each. */
export async function aBusyShop(store: Store) {
  const shop = await aShop(store);
  const hand = makeOrderHand();
  await shop.pushed(
    newOrder(1),
    hand.command(2, drafted("K7-2"), lineAdded("TEA")),
    hand.command(3, lineAdded("OIL")),
    newOrder(4),
    newOrder(5),
  );
  return shop;
}
