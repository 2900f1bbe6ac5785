import { afterAll, beforeAll, expect, test } from "vitest";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { beginningOf, newId, redrawnId } from "../../../src/protocol/ids.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import { type Store, tapsPage } from "../../../src/server/store/store.ts";
import { chain } from "../../../src/server/sync/healing.ts";
import { verifyPage } from "../../../src/sync/engine/verify-page.ts";
import { aRestoredShop, headOf, known, refused, restored } from "../support/a-restored-shop.ts";
import {
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  newOrder,
  someTime,
  withId,
} from "../support/commands.ts";
import { describeEachStore } from "../support/each-store.ts";
import { deviceRow, eventRow, rowsOf } from "../support/rows.ts";

const another = newId();

describeEachStore("a restored server", (open) => {
  let store: Store;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(() => remove());

  test("[L14] takes back what it has lost: same ids, times, authors and seals, at new positions, in one chain", async () => {
    const shop = await aRestoredShop(store);
    const [gone, hand] = [newId(), makeOrderHand()];
    const held = await shop.lost(
      gone,
      hand.command(3, drafted("M4-1"), lineAdded("TEA")),
      hand.command(4, lineAdded("OIL")),
    );
    await shop.pushed(newOrder(1));
    expect(await shop.giveBack(held)).toMatchObject([restored, restored]);

    const events = (await shop.log()).map(eventOf);
    const back = events.slice(2);
    const said = (event: LogEvent) => ({ ...event, position: 0, hash: "" });
    expect(back.map(said)).toEqual(held.flatMap((command) => command.events).map(said));
    expect(back.map(({ position }) => position)).toEqual([3, 4, 5]);
    expect(back.map(({ seq, device }) => [seq, device])).toEqual([3, 3, 4].map((seq) => [seq, gone]));
    const cursor = await headOf(shop.log);
    const page = { events, cursor: `${cursor.position}.${cursor.hash}` };
    expect(verifyPage(cursorStart, page)).toEqual({ outcome: "verified", end: cursor });
  });

  test("[L4] knows what it took back for ever: by id, by the device's seq, by the order's number", async () => {
    const shop = await aRestoredShop(store);
    const command = newOrder(7);
    const held = await shop.lost(shop.owner.id, command);
    const common = await headOf(shop.log);
    expect(await shop.giveBack(held, { common })).toMatchObject([restored]);
    const { length } = await shop.log();
    expect(await shop.giveBack([...held, ...held], { common })).toMatchObject([known, known]);
    expect(await shop.pushed(command)).toEqual([
      { command: command.id, outcome: "duplicate", positions: [2] },
    ]);
    expect(await shop.pushed(newOrder(7))).toMatchObject([{ code: "device-cloned" }]);
    expect(await shop.pushed(makeOrderHand().command(8, drafted("K7-7")))).toMatchObject([
      refused("number-taken"),
    ]);
    expect(await shop.log()).toHaveLength(length);
    const seq = await store.inWorkspace(shop.workspace, (tx) => tx.readHighestSeq(shop.owner.id));
    expect(seq).toBe(8);
  });

  test("[L14] what has become impossible meanwhile is refused with the reason, and nothing else is", async () => {
    const shop = await aRestoredShop(store);
    const order = makeOrderHand();
    const [first, second] = await shop.lost(
      newId(),
      order.command(1, drafted("M4-1")),
      order.command(2, lineAdded("TEA")),
    );
    const [third] = await shop.lost(newId(), newOrder(1, "M5"));
    await shop.pushed(makeOrderHand().command(1, drafted("M4-1")));
    const results = await shop.giveBack([first, second, third].flatMap((held) => held ?? []));
    expect(results).toMatchObject([refused("number-taken"), refused("rule-broken"), restored]);
  });

  test("[L6] [L14] what others have put under a lost command's id meanwhile is not taken for it, unless it is the same", async () => {
    const shop = await aRestoredShop(store);
    const [one, two, three] = [
      newOrder(1, "M4"),
      newOrder(2, "M4"),
      makeOrderHand().command(3, drafted("M4-3")),
    ];
    const held = await shop.lost(newId(), one, two, three);
    const common = await headOf(shop.log);
    const [draft, same] = [withId(newOrder(1), one.id), { ...two, seq: 2 }];
    const forbidden = withId(makeOrderHand().command(3, lineAdded("TEA")), three.id);
    expect(await shop.pushed(draft, same, forbidden)).toMatchObject([
      { outcome: "accepted", positions: [1] },
      { outcome: "accepted", positions: [2] },
      refused("rule-broken"),
    ]);
    expect(await shop.giveBack(held, { common })).toMatchObject([refused("id-taken"), known, restored]);
    const [, , note, back] = (await shop.log()).map(eventOf);
    expect(note?.type).toBe("informative/history-restored");
    expect(back).toMatchObject({ command: three.id, data: { number: "M4-3" } });
    // Who was refused under the id hears so again.
    expect(await shop.pushed(forbidden)).toMatchObject([refused("rule-broken")]);
  });

  test("[L4] [L14] what its lineage has sent meanwhile under another of its ids is known, and so is the same from others", async () => {
    const shop = await aRestoredShop(store);
    const [first, same, other] = [
      newOrder(3),
      newOrder(4, "M4"),
      makeOrderHand().command(5, drafted("M4-5")),
    ];
    const under = (command: PushedCommand) => withId(command, redrawnId(command.id, command.traceparent));
    const held = [
      ...(await shop.lost(shop.owner.id, under(first))),
      ...(await shop.lost(newId(), under(same))),
      ...(await shop.lost(newId(), under(other))),
    ];
    const common = await headOf(shop.log);
    const otherwise = { ...withId(newOrder(5), other.id), stream: other.stream };
    // A copy of its device has decided it once more, and says another number.
    const again = { ...withId(newOrder(6), first.id), stream: first.stream, seq: 1 };
    expect(await shop.pushed(again, { ...same, seq: 2 }, { ...otherwise, seq: 3 })).toMatchObject([
      { outcome: "accepted" },
      { outcome: "accepted" },
      { outcome: "accepted" },
    ]);
    const { length } = await shop.log();
    // Another device's order is on the third one's stream, under an id that only follows from its trace.
    expect(await shop.giveBack(held, { common })).toMatchObject([known, known, refused("rule-broken")]);
    expect(await shop.log()).toHaveLength(length);
  });

  test("[L4] [L14] one command under two ids that is given back twice at once is stored once", async () => {
    const shop = await aRestoredShop(store);
    const command = newOrder(3, "M4");
    const [gone, under] = [newId(), withId(command, redrawnId(command.id, command.traceparent))];
    const first = await shop.lost(gone, command);
    const second = await shop.lost(gone, { ...under, seq: 4 });
    expect(await shop.giveBack([...first, ...second])).toMatchObject([restored, known]);
  });

  test("[L4] [L14] one command under two ids is stored once, whatever another device has put under further ones or under ids like them", async () => {
    const shop = await aRestoredShop(store);
    const command = newOrder(3, "M4");
    const { stream, traceparent } = command;
    const [held] = await shop.lost(shop.owner.id, withId(command, redrawnId(command.id, traceparent)));
    const common = await headOf(shop.log);
    expect(await shop.pushed(command)).toMatchObject([{ outcome: "accepted" }]);
    const follows = redrawnId(redrawnId(command.id, traceparent), traceparent);
    const alike = (index: number) => `${beginningOf(command.id)}7000-8000-${String(index).padStart(12, "0")}`;
    const first = (await shop.log()).length + 1;
    const theirs = [follows, ...Array.from({ length: tapsPage + 1 }, (_, index) => alike(index))];
    const events = theirs.map((id, index) =>
      eventRow(first + index, { command: id, traceparent, stream, version: first + index }),
    );
    const commands = events.map(({ command: id, device, seq, position }) => {
      const answer = { outcome: "accepted", firstPosition: position, events: 1 } as const;
      return { id, device, seq, fingerprint: "f".repeat(32), answer };
    });
    await store.inWorkspace(shop.workspace, (tx) => tx.append({ ...rowsOf(events), commands }));
    expect(await shop.giveBack(held === undefined ? [] : [held], { common })).toMatchObject([known]);
  });

  test("of two commands under one seq of a device the second is refused: two devices wrote under one identity", async () => {
    const shop = await aRestoredShop(store);
    const rep = newId();
    const [first] = await shop.lost(rep, newOrder(1, "M4"));
    const [second] = await shop.lost(rep, newOrder(1, "M5"));
    const [third] = await shop.lost(shop.owner.id, newOrder(1, "M6"));
    await shop.pushed(newOrder(1));
    const results = await shop.giveBack([third, first, second].flatMap((held) => held ?? []));
    expect(results).toMatchObject([refused("device-cloned"), restored, refused("device-cloned")]);
  });

  test("a consumer's event is not taken back: the consumer writes it again", async () => {
    const shop = await aRestoredShop(store);
    const [held] = await shop.lost(newId(), newOrder(1));
    const events = (held?.events ?? []).map((event) => ({ ...event, causation: another }));
    expect(await shop.giveBack([{ events }])).toMatchObject([
      { outcome: "refused", problem: { code: "invalid-event", path: "events.0.causation" } },
    ]);
  });

  test("settings that were lost come back, and what comes later follows them", async () => {
    const shop = await aRestoredShop(store);
    const hand = makeHand(`workspace/${shop.workspace}`);
    const settings = {
      name: "Shop",
      currency: "EUR",
      taxMode: "none",
      taxRates: [],
      locale: "en",
      timeZone: "UTC",
    };
    const setUp = { type: "workspace-set-up", schemaVersion: 2, data: settings } as KnownEvent;
    const held = await shop.lost(newId(), hand.command(1, setUp));
    expect(await shop.giveBack(held)).toMatchObject([restored]);
    const renamed = {
      type: "settings-changed",
      schemaVersion: 2,
      data: { changes: { name: { from: "Shop", to: "Bar" } } },
    };
    const change = hand.command(1, renamed as KnownEvent);
    const [, last] = await shop.log();
    const expected = { version: 2, event: last?.id ?? null };
    expect(await shop.pushed({ ...change, expected })).toMatchObject([{ outcome: "accepted" }]);
  });

  test("codes of devices that joined after the backup are passed over", async () => {
    const shop = await aRestoredShop(store);
    expect(await shop.giveBack(await shop.lost(newId(), newOrder(1)))).toMatchObject([restored]);
    expect(await store.inWorkspace(shop.workspace, (tx) => tx.countDevice())).toBe(22);
  });

  test("a position in common that is none (restored once more) is 409 history-changed, and nothing is stored", async () => {
    const shop = await aRestoredShop(store);
    const held = await shop.lost(newId(), newOrder(1));
    for (const common of [
      { position: 0, hash: "ab".repeat(32) },
      { position: 5, hash: cursorStart.hash },
    ])
      expect(await shop.giveBack(held, { common })).toMatchObject([{ code: "history-changed" }]);
    expect(await shop.log()).toEqual([]);
  });

  test("any role may give back, but nobody who was revoked or is unknown, nor may they see the chain", async () => {
    const shop = await aRestoredShop(store);
    const service = deviceRow({ code: "M4", role: "service" });
    const revoked = deviceRow({ code: "M5", revokedAt: someTime });
    await store.inWorkspace(shop.workspace, async (tx) => {
      await tx.insertDevice(service);
      await tx.insertDevice(revoked);
    });
    const held = await shop.lost(newId(), newOrder(1));
    for (const [device, code] of [
      [revoked.id, "revoked"],
      [newId(), "unknown-token"],
    ] as const) {
      expect(await shop.giveBack(held, { device })).toMatchObject([{ code }]);
      const asked = await chain(shop.parts, { ...shop.caller, device }, [1]);
      expect(asked).toMatchObject({ problem: { code } });
    }
    expect(await shop.giveBack(held, { device: service.id })).toMatchObject([restored]);
  });
});
