import { afterAll, beforeAll, expect, test } from "vitest";
import { initialOf, type KnownState } from "../../../src/domain/kinds.ts";
import { type Cursor, cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { Problem } from "../../../src/protocol/problem.ts";
import type { StatesPage, StatesPart } from "../../../src/protocol/states-messages.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import type { StatesPosition, Store } from "../../../src/server/store/store.ts";
import { foldedState } from "../../../src/server/sync/folded-state.ts";
import { followStates } from "../../../src/server/sync/follow-states.ts";
import { type KeptStates, keepStates } from "../../../src/server/sync/keep-states.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { readStatesPage } from "../../../src/server/sync/states-page.ts";
import {
  customerAdded,
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  placed,
  someTime,
} from "../support/commands.ts";
import { describeEachStore } from "../support/each-store.ts";
import { serverTime } from "../support/judging.ts";
import { deviceRow } from "../support/rows.ts";

/** What follows in the background, to be stopped. */
const kept: KeptStates[] = [];

/** A workspace that pushes in order, and what a device is answered that begins. */
async function aShop(store: Store) {
  const workspace = newId();
  const owner = deviceRow();
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  const cache = makeStateCache();
  const caller = { workspace, device: owner.id, root: owner.root };
  const states = keepStates(store, cache, { from: 10, behindMax: 1, report: unexpected });
  kept.push(states);
  let seq = 0;
  const next = () => {
    seq += 1;
    return seq;
  };
  const pushed = async (...commands: readonly PushedCommand[]) => {
    const request = { ...caller, cursor: cursorStart, serverTime, clockOffsetMs: 0 };
    const ended = await push(store, cache, { ...request, commands: commands.map(prepareCommand) });
    const verdicts = ended.outcome === "judged" ? ended.verdicts : [];
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(commands.map(() => "accepted"));
  };
  /** Orders of two lines each, three commands and four events; the shipped ones are past with a fifth. */
  const orders = async (count: number, isShipped: boolean) => {
    const hands = Array.from({ length: count }, () => makeOrderHand());
    for (const hand of hands) {
      const begun = hand.command(next(), drafted(`K7-${seq}`), lineAdded("TEA"), lineAdded("OIL"));
      await pushed(begun, hand.command(next(), placed(hand)));
      if (isShipped) await pushed(hand.command(next(), shipped));
    }
    return hands;
  };
  const follow = async () => {
    while ((await followStates(store, cache, workspace)) === "more");
  };
  const ask = async (part: StatesPart, after?: string): Promise<StatesPage | Problem> => {
    const answer = await readStatesPage(
      { store, states },
      caller,
      after === undefined ? { part } : { part, after },
    );
    return typeof answer === "string" ? (JSON.parse(answer) as StatesPage) : answer;
  };
  const all = async (part: StatesPart) => {
    const pages: StatesPage[] = [];
    for (let after: string | undefined; ; ) {
      const page = await ask(part, after);
      if ("code" in page) throw new Error(`expected states, found ${String(page.code)}`);
      pages.push(page);
      if (page.next === null) break;
      after = page.next;
    }
    return pages;
  };
  return { workspace, caller, cache, states, next, pushed, orders, follow, ask, all };
}

function unexpected(error: unknown): void {
  throw error;
}

const received = (quantity: number, sku = "TEA") =>
  ({ type: "stock-received", schemaVersion: 1, data: { sku, quantity } }) as const;
const shipped = { type: "order-shipped", schemaVersion: 1, data: { shippedOn: "2026-03-02" } } as const;

describeEachStore("states that are kept beside the log", (open) => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(async () => {
    for (const states of kept.splice(0)) await states.stop();
    await remove();
  });

  test("[L9] are what the events make, however often the log was followed in between", async () => {
    const shop = await aShop(store);
    const [open] = await shop.orders(3, false);
    await shop.follow();
    await shop.orders(3, true);
    if (open !== undefined) await shop.pushed(open.command(shop.next(), shipped));
    await shop.follow();
    await shop.follow();
    const states = [...(await shop.all("now")), ...(await shop.all("past"))].flatMap((page) => page.states);
    expect(states).toHaveLength(6);
    for (const { stream, version, event, state } of states) {
      await store.inWorkspace(shop.workspace, async (tx) => {
        expect([{ stream, version, event }]).toEqual(await tx.findStreamHeads([stream]));
        expect(state).toEqual(JSON.parse(JSON.stringify(await foldedState(tx, stream))));
      });
    }
  });

  test("come in two parts: what work goes on with, and finished orders, the newest first", async () => {
    const shop = await aShop(store);
    const past = await shop.orders(3, true);
    const now = await shop.orders(2, false);
    const customer = makeHand(`customer/${newId()}`);
    await shop.pushed(customer.command(shop.next(), customerAdded("Anna")));
    await shop.follow();
    const [first] = await shop.all("now");
    expect(first?.counts).toEqual({ now: 3, past: 3 });
    const head = await store.inWorkspace(shop.workspace, (tx) => tx.readHead());
    expect(first).toMatchObject(head);
    const streams = (pages: readonly StatesPage[]) =>
      pages.flatMap(({ states }) => states.map(({ stream }) => stream));
    expect(streams(await shop.all("now"))).toEqual([customer, ...now].map(({ stream }) => stream).sort());
    expect(streams(await shop.all("past"))).toEqual(
      past
        .map(({ stream }) => stream)
        .sort()
        .reverse(),
    );
  });

  test("[L16] come in pages of a bounded size, each stream once", async () => {
    const shop = await aShop(store);
    const note = "x".repeat(3_900);
    const hands = Array.from({ length: 320 }, () => makeHand(`customer/${newId()}`));
    for (const hand of hands) await shop.pushed(hand.command(shop.next(), customerAdded("Anna", note)));
    await shop.follow();
    const pages = await shop.all("now");
    expect(pages.length).toBeGreaterThan(2);
    for (const { states } of pages) expect(JSON.stringify(states).length).toBeLessThan(1.2 * 1024 * 1024);
    const streams = pages.flatMap(({ states }) => states.map(({ stream }) => stream));
    expect(streams).toEqual(hands.map(({ stream }) => stream).sort());
  });

  test("a short log has none, a long one has them after it was asked for, folds of another build are made again", async () => {
    // A wake may come late, and would fold what this test puts in the way.
    const shop = await aShop({ ...store, listen: () => () => {} });
    await shop.orders(1, false);
    await shop.follow();
    expect(await shop.ask("now")).toMatchObject({ code: "not-found" });
    await shop.orders(4, false);
    await store.inWorkspace(shop.workspace, async (tx) => {
      const place = await tx.findStatesPosition(true);
      await tx.putStates([], { ...(place as StatesPosition), model: "of another build" });
    });
    expect(await shop.ask("now")).toMatchObject({ code: "not-found" });
    await shop.states.follow(shop.workspace);
    expect((await shop.all("now")).flatMap(({ states }) => states)).toHaveLength(5);
  });

  test("[L15] are those of one's own workspace, and for those who have access", async () => {
    const [shop, other] = [await aShop(store), await aShop(store)];
    await shop.orders(4, false);
    const own = await other.orders(4, false);
    await shop.follow();
    await other.follow();
    const streams = (await other.all("now")).flatMap(({ states }) => states.map(({ stream }) => stream));
    expect(streams).toEqual(own.map(({ stream }) => stream).sort());
    const stranger = { ...other.caller, workspace: shop.workspace };
    expect(await readStatesPage({ store, states: shop.states }, stranger, { part: "now" })).toMatchObject({
      code: "unknown-token",
    });
  });

  test("[L4] a process that begins from an older position folds nothing twice", async () => {
    const shop = await aShop(store);
    await shop.states.stop();
    const hand = makeHand("stock/TEA");
    for (let count = 0; count < 12; count += 1) await shop.pushed(hand.command(shop.next(), received(1)));
    await shop.follow();
    await store.inWorkspace(shop.workspace, async (tx) => {
      const place = await tx.findStatesPosition(true);
      const [start] = await tx.findEnds([4]);
      await tx.putStates([], { ...(place as StatesPosition), ...(start as Cursor) });
    });
    await shop.pushed(hand.command(shop.next(), received(5)));
    await shop.follow();
    const [page] = await shop.all("now");
    expect(page?.states).toMatchObject([{ version: 13, state: { onHand: 17 } }]);
  });

  test("[L9] a state that was judged on is kept as it is, and one that it was not is folded", async () => {
    // Nobody else hears of it, and follows it in the background.
    const shop = await aShop({ ...store, announce: () => {} });
    const skus = ["OIL", "RUM", "TEA"];
    const streams = skus.map((sku) => `stock/${sku}`);
    for (const sku of skus) {
      const hand = makeHand(`stock/${sku}`);
      for (let count = 0; count < 4; count += 1)
        await shop.pushed(hand.command(shop.next(), received(1, sku)));
    }
    const heads = await store.inWorkspace(shop.workspace, (tx) => tx.findStreamHeads(streams));
    // Each is remembered with a hundred too many, so that it shows which of them is taken: the one of the last event.
    const state = { ...initialOf("stock/TEA"), onHand: 104 } as KnownState;
    for (const { stream, version, event } of heads)
      shop.cache.put(shop.workspace, stream, {
        version,
        event: stream === "stock/TEA" ? event : newId(),
        state: stream === "stock/RUM" ? undefined : state,
      });
    await shop.follow();
    const kept = await store.inWorkspace(shop.workspace, (tx) => tx.findStates(streams));
    const found = kept.map(({ stream, version, event, stateText }) => {
      const { onHand } = JSON.parse(stateText) as { readonly onHand: number };
      return { stream, version, event, onHand };
    });
    const expected = heads.map((head) => ({ ...head, onHand: head.stream === "stock/TEA" ? 104 : 4 }));
    const inOrder = (one: { stream: string }, other: { stream: string }) =>
      one.stream < other.stream ? -1 : 1;
    expect(found.sort(inOrder)).toEqual(expected.sort(inOrder));
  });

  test("two processes that begin at once keep what one would", async () => {
    const shop = await aShop(store);
    const orders = await shop.orders(4, false);
    await Promise.all([shop.follow(), shop.follow()]);
    const states = (await shop.all("now")).flatMap((page) => page.states);
    expect(states.map(({ version }) => version)).toEqual(orders.map(() => 4));
  });
});
