import { expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { drafted, lineAdded, makeOrderHand, someTime } from "../support/commands.ts";
import { serverTime } from "../support/judging.ts";
import { deviceRow } from "../support/rows.ts";

test("[L3] [L4] what was not committed is not remembered: the same command is accepted when it comes again", async () => {
  const store = makeMemoryStore();
  const [workspace, owner] = [newId(), deviceRow()];
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  // The database goes away after the work and before its commit.
  let breaks = false;
  const breakable: Store = {
    ...store,
    inWorkspace: (id, work) =>
      store.inWorkspace(id, async (tx) => {
        const done = await work(tx);
        if (breaks) throw new Error("the connection was lost");
        return done;
      }),
  };
  const cache = makeStateCache();
  const pushed = (command: PushedCommand) =>
    push(breakable, cache, {
      workspace,
      device: owner.id,
      cursor: cursorStart,
      serverTime,
      clockOffsetMs: 0,
      commands: [prepareCommand(command)],
    });
  const hand = makeOrderHand();
  expect(await pushed(hand.command(1, drafted("K7-1")))).toMatchObject({ outcome: "judged" });
  const line = hand.command(2, lineAdded("TEA"));
  breaks = true;
  await expect(pushed(line)).rejects.toThrow("the connection was lost");
  breaks = false;
  expect(await pushed(line)).toMatchObject({ outcome: "judged", verdicts: [{ outcome: "accepted" }] });
});
