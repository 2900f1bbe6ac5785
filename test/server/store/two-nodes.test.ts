import { afterEach, beforeEach, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store, Wake } from "../../../src/server/store/store.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { createDatabase } from "../../support/create-database.ts";
import { fired } from "../../support/fired.ts";
import { until } from "../../support/until.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { drafted, lineAdded, makeOrderHand, newOrder } from "../support/commands.ts";
import { serverTime } from "../support/judging.ts";
import { startCheckedServer, startWorkspace, testConfig, testDevice } from "../support/test-server.ts";

describeWithPostgres("two server nodes on one PostgreSQL", (serverUrl) => {
  let database: { url: string; drop: () => Promise<void> };
  let nodes: readonly RunningServer[];
  beforeEach(async () => {
    database = await createDatabase(serverUrl);
    const start = () => startCheckedServer({ ...testConfig, databaseUrl: database.url }, { clientDir: null });
    // At once: both find an empty database and bring its schema up to date.
    nodes = await Promise.all([start(), start()]);
  });
  afterEach(async () => {
    for (const node of nodes) await node.stop();
    await database.drop();
  });
  const mustNodes = () => {
    const [left, right] = nodes;
    if (left === undefined || right === undefined) throw new Error("expected two nodes");
    return [left, right] as const;
  };

  test("[L4] the same batch at both at the same moment has one effect, and the same answers", async () => {
    const [left, right] = mustNodes();
    const owner = await startWorkspace(left);
    const twin = testDevice(right, owner, owner.joined);
    for (let round = 0; round < 10; round += 1) {
      const hand = makeOrderHand();
      const seq = round * 10;
      const batch = [
        hand.command(seq + 1, drafted(`K9-${seq + 1}`), lineAdded("TEA")),
        hand.command(seq + 2, lineAdded("OIL")),
        makeOrderHand().command(seq + 3, lineAdded("OIL")),
        newOrder(seq + 4, "K9"),
      ];
      const answers = await Promise.all([owner.push(...batch), twin.push(...batch)]);
      fired(15, import.meta.url);
      const [one, other] = answers.map((verdicts) =>
        verdicts.map((verdict) =>
          verdict.outcome === "duplicate" ? { ...verdict, outcome: "accepted" } : verdict,
        ),
      );
      expect(one).toEqual(other);
      expect(one?.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "refused", "accepted"]);
    }
    const { events, head } = await twin.mustSync();
    expect(head).toBe(40);
    expect(events.map(({ position }) => position)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  test("[L5] pushes of many devices to both get positions without holes, and each page is a prefix of the log", async () => {
    const [left, right] = mustNodes();
    const owner = await startWorkspace(left);
    const twin = testDevice(right, owner, owner.joined);
    const other = await startWorkspace(right, "Another shop");
    await other.push(newOrder(1));
    for (let wave = 0; wave < 5; wave += 1) {
      const seqs = Array.from({ length: 6 }, (_, index) => wave * 6 + index + 1);
      const pushes = seqs.map((seq) => (seq % 2 === 0 ? owner : twin).push(newOrder(seq, "K9")));
      const pages = [owner, twin].map((device) => device.mustSync());
      await Promise.all(pushes);
      for (const { events } of await Promise.all(pages)) {
        expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
      }
    }
    expect((await owner.mustSync()).events).toHaveLength(30);
  });

  test("[L5] a commit that takes long holds back who writes after it, and nobody reads past it", async () => {
    const [left, right] = mustNodes();
    const owner = await startWorkspace(left);
    const twin = testDevice(right, owner, owner.joined);
    await owner.push(newOrder(1, "K9"));
    let commit = () => {};
    const gate = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let stored = () => {};
    const isStored = new Promise<void>((resolve) => {
      stored = resolve;
    });
    const slowStore: Store = {
      ...left.store,
      inWorkspace: (workspace, work) =>
        left.store.inWorkspace(workspace, async (tx) => {
          const result = await work(tx);
          stored();
          await gate;
          return result;
        }),
    };
    const request = { workspace: owner.joined.workspace.id, device: owner.id, cursor: cursorStart };
    const commands = [prepareCommand(newOrder(2, "K9"))];
    const slow = push(slowStore, makeStateCache(), { ...request, commands, serverTime, clockOffsetMs: 0 });
    await isStored;
    const fast = twin.push(newOrder(3, "K9"));
    for (const device of [owner, twin, owner, twin]) {
      const { events, head } = await device.mustSync();
      expect([events.length, head]).toEqual([1, 1]);
    }
    fired(27, import.meta.url);
    commit();
    expect(await slow).toMatchObject({ outcome: "judged", verdicts: [{ positions: [2] }] });
    expect(await fast).toMatchObject([{ outcome: "accepted", positions: [3] }]);
    expect((await owner.mustSync()).events.map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  test("a state that one node has cached is void as soon as the other has written", async () => {
    const [left, right] = mustNodes();
    const owner = await startWorkspace(left);
    const twin = testDevice(right, owner, owner.joined);
    const hand = makeOrderHand();
    const lineId = "01890000-0000-7000-8000-0000000000aa";
    const removed = { type: "line-removed", schemaVersion: 1, data: { lineId } } as const;
    await owner.push(hand.command(1, drafted("K9-1"), lineAdded("TEA", 1, lineId)));
    await twin.push(hand.command(2, removed));
    expect(await owner.push(hand.command(3, removed))).toMatchObject([
      {
        outcome: "refused",
        problem: { code: "rule-broken", rejection: { reason: "line-not-found", removed: true } },
      },
    ]);
  });

  test("what is stored at one node wakes the devices at the other", async () => {
    const [left, right] = mustNodes();
    const owner = await startWorkspace(left);
    const woken = new Promise<Wake>((resolve) => void right.store.listen(resolve));
    await owner.push(newOrder(1));
    expect(await woken).toEqual({ kind: "head", workspace: owner.joined.workspace.id, head: 1 });
  });

  test("each node hears once of what is stored, whichever of them has stored it", async () => {
    const [left, right] = mustNodes();
    const owner = await startWorkspace(left);
    const twin = testDevice(right, owner, owner.joined);
    const heard: string[] = [];
    const note = (node: string) => (wake: Wake) =>
      void heard.push(`${node} ${wake.kind === "head" ? wake.head : wake.kind}`);
    left.store.listen(note("left"));
    right.store.listen(note("right"));
    await owner.push(newOrder(1));
    await until(() => heard.length >= 2);
    await twin.push(newOrder(2));
    await until(() => heard.length >= 4);
    // Notifications come in their order: what the first push caused is here before what the second one did.
    expect(heard).toEqual(["left 1", "right 1", "right 2", "left 2"]);
  });

  test("both share one seal key and one setup code, and a third process finds the schema as it is", async () => {
    const [left, right] = mustNodes();
    const third = await openSqlStore(await openPostgres(database.url));
    const keys = [left.store, right.store, third].map(({ installation }) =>
      installation.sealKey.export().toString("hex"),
    );
    const codes = [left.store, right.store, third].map(({ installation }) => installation.setupCode);
    await third.close();
    expect(new Set(keys).size).toBe(1);
    expect(new Set(codes).size).toBe(1);
  });
});
