import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "../../../../src/protocol/ids.ts";
import type { Answer } from "../../../../src/server/answer.ts";
import {
  changeSubscription,
  createSubscription,
  rotateSecret,
} from "../../../../src/server/consumers/webhooks/manage-subscriptions.ts";
import { openSqlStore } from "../../../../src/server/store/sql-store.ts";
import type { Store, TokenOwner } from "../../../../src/server/store/store.ts";
import { describeWithPostgres, untilOneWaits } from "../../../support/with-postgres.ts";
import { someTime } from "../../support/commands.ts";
import { deviceRow } from "../../support/rows.ts";
import { storeWith } from "../../support/store-with.ts";
import { openTestPostgres } from "../../support/stores.ts";

const now = new Date(someTime);

describeWithPostgres("two owners who change one subscription at the same moment", () => {
  let store: Store;
  let remove: () => Promise<void>;
  let url: string;
  let caller: TokenOwner;
  let id: string;
  beforeEach(async () => {
    const database = await openTestPostgres();
    url = database.url;
    store = await openSqlStore(database.driver);
    remove = database.remove;
    const owner = deviceRow();
    caller = { workspace: newId(), device: owner.id, root: owner.id };
    await store.createWorkspace({ id: caller.workspace, name: "Shop", createdAt: someTime, owner }, false);
    const wanted = { url: "https://example.com/", mode: "state" as const, types: [], description: "" };
    id = must(await createSubscription(store, caller, wanted, now)).subscription.id;
  });
  afterEach(() => remove());

  /** A store whose transaction, about to write its change, lets somebody else try to be faster. */
  const interruptedBy = (other: () => Promise<unknown>): Store =>
    storeWith(store, (tx) => ({
      updateSubscription: async (one, change) => {
        // It ends, or it waits for this one.
        let isOver = false;
        const ended = other().then(() => {
          isOver = true;
        });
        await Promise.race([ended, untilOneWaits(url, () => isOver)]);
        return tx.updateSubscription(one, change);
      },
    }));
  const kept = () => store.inWorkspace(caller.workspace, (tx) => tx.findSubscription(id));

  test("a secret that was told holds, whatever else was changed", async () => {
    let rotated: ReturnType<typeof rotateSecret> | undefined;
    const interrupted = interruptedBy(() => {
      rotated = rotateSecret(store, caller, id, now);
      return rotated;
    });
    await changeSubscription(interrupted, caller, id, { description: "another" }, now);
    const { secret } = must(await (rotated ?? notBegun()));
    expect(await kept()).toMatchObject({ secret, description: "another" });
  });

  test("of two new secrets both sign: the later one, and the other as the one before", async () => {
    let rotated: ReturnType<typeof rotateSecret> | undefined;
    const interrupted = interruptedBy(() => {
      rotated = rotateSecret(store, caller, id, now);
      return rotated;
    });
    const first = must(await rotateSecret(interrupted, caller, id, now)).secret;
    const { secret } = must(await (rotated ?? notBegun()));
    expect(await kept()).toMatchObject({ secret, former: { secret: first } });
  });
});

function notBegun(): never {
  throw new Error("expected the other to have come by");
}

function must<Value>(answer: Answer<Value>): Value {
  if ("problem" in answer) throw new Error(`expected it done, found ${answer.problem.code}`);
  return answer.value;
}
