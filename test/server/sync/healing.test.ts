import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import { type Cursor, cursorStart } from "../../../src/protocol/cursor.ts";
import { newId, restoreIdOf } from "../../../src/protocol/ids.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { formerSealOf } from "../../../src/server/accept/chain-text.ts";
import { type EventRow, eventOf } from "../../../src/server/accept/event-row.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { DeviceRow, Store } from "../../../src/server/store/store.ts";
import { chain, resupply } from "../../../src/server/sync/healing.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { verifyPage } from "../../../src/sync/engine/verify-page.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import {
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  newOrder,
  someTime,
  withId,
} from "../support/commands.ts";
import { judging, mustJudge, serverTime } from "../support/judging.ts";
import { deviceRow } from "../support/rows.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";

/** A command as a device holds it: what a server gave out before it was restored. */
type Held = { readonly events: LogEvent[] };

/** A workspace whose server was restored: what it keeps, and the means to lose commands and to give them back. */
async function aRestoredShop(store: Store) {
  const workspace = newId();
  const owner: DeviceRow = deviceRow();
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  const cache = makeStateCache();
  const parts = { store, cache, clock: () => new Date("2026-04-01T00:00:00.000Z") };
  const caller = { workspace, device: owner.id, root: owner.root };
  const pushed = async (...commands: readonly PushedCommand[]) => {
    const request = { ...caller, cursor: cursorStart, serverTime, clockOffsetMs: 0 };
    const ended = await push(store, cache, { ...request, commands: commands.map(prepareCommand) });
    return ended.outcome === "judged" ? ended.verdicts : [ended.problem];
  };
  const log = () =>
    store.inWorkspace(workspace, (tx) => tx.readPage(0, { events: 1_000, bytes: 10_000_000 }));
  const head = () => store.inWorkspace(workspace, (tx) => tx.readHead());
  /** What this server had accepted of a device after its backup was made: it is only in that device's log now. */
  const lost = async (device: string, ...commands: readonly PushedCommand[]): Promise<readonly Held[]> => {
    const kept = await log();
    const judge = judging({ device });
    const { sealKey } = store.installation;
    const facts = { ...judge.facts, head: await head() };
    const { rows } = mustJudge(
      { push: { ...judge.push, workspace, sealKey, clockOffsetMs: 90 }, facts },
      commands,
    );
    expect(rows.events.length).toBeGreaterThan(0);
    expect(rows.events[0]?.position).toBe(kept.length + 1);
    return rows.commands.map(({ id }) => ({
      events: rows.events.filter(({ command }) => command === id).map(eventOf),
    }));
  };
  const giveBack = async (
    held: readonly Held[],
    over: { common?: Cursor; head?: number; device?: string } = {},
  ) => {
    const common = over.common ?? (await headOf(log));
    const request = { common, head: over.head ?? 99, commands: [...held] };
    const answer = await resupply(parts, { ...caller, device: over.device ?? owner.id }, request);
    return "problem" in answer ? [answer.problem] : answer.value.results;
  };
  return { workspace, owner, parts, caller, pushed, log, lost, giveBack };
}

/** An event as the server keeps it. */
function eventRow({ data, causation, hash, seal, ...rest }: LogEvent): EventRow {
  const dataText = canonicalJson(data);
  return { ...rest, dataText, causation: causation ?? null, hash: hash ?? null, seal: seal ?? null };
}

/** Where a log ends. */
async function headOf(
  log: () => Promise<readonly { position: number; hash: string | null }[]>,
): Promise<Cursor> {
  const last = (await log()).at(-1);
  return last?.hash == null ? cursorStart : { position: last.position, hash: last.hash };
}

const restored = { outcome: "restored" };
const known = { outcome: "known" };
const refused = (code: unknown) => ({ outcome: "refused", problem: { code } });
const another = newId();

function describeHealing(
  name: string,
  open: () => Promise<{ store: Store; remove: () => Promise<void> }>,
): void {
  describe(`a restored server (${name})`, () => {
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
      const place = (event: LogEvent) => ({ ...event, position: 0, hash: "" });
      expect(back.map(place)).toEqual(held.flatMap((command) => command.events).map(place));
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

    test("[L6] [L14] what others have put under a lost command's id meanwhile does not stand for it, unless it is the same", async () => {
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

    test("[L14] a device that uses the id of the restore's note first does not keep it from being noted", async () => {
      const shop = await aRestoredShop(store);
      await shop.pushed(newOrder(1));
      const common = await headOf(shop.log);
      const held = await shop.lost(newId(), newOrder(1, "M4"));
      expect(await shop.pushed(withId(newOrder(2), restoreIdOf(common.hash)))).toMatchObject([
        { outcome: "accepted" },
      ]);
      expect(await shop.giveBack(held, { common })).toMatchObject([restored]);
      const types = (await shop.log()).map(({ type }) => type);
      expect(types.filter((type) => type === "informative/history-restored")).toHaveLength(1);
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

    test("[L14] what was altered, cut, put together or sealed elsewhere is refused", async () => {
      const shop = await aRestoredShop(store);
      const other = await aRestoredShop(store);
      const hand = makeOrderHand();
      const held = await shop.lost(
        newId(),
        hand.command(1, drafted("M4-1"), lineAdded("TEA", 2)),
        hand.command(2, lineAdded("OIL")),
      );
      const [command, next] = held.map(({ events }) => events);
      if (command?.[0] === undefined || command[1] === undefined || next?.[0] === undefined)
        throw new Error();
      const alter = (over: Partial<LogEvent>) => ({
        events: command.map((event) => ({ ...event, ...over })),
      });
      const forged: readonly Held[] = [
        { events: [{ ...command[0], data: { ...(command[0].data as object), note: "x" } }, command[1]] },
        { events: [command[0]] },
        { events: [{ ...command[0], seal: command[1].seal ?? "" }] },
        { events: [...command, next[0]] },
        alter({ actor: "Eve" }),
        alter({ recordedAt: "2026-03-02T00:00:00.000Z" }),
        alter({ device: newId() }),
        alter({ seq: 9 }),
        { events: [command[0], { ...command[1], seal: "ab".repeat(32) }] },
      ];
      for (const one of forged) {
        expect(await shop.giveBack([one])).toMatchObject([
          refused(expect.stringMatching(/^(bad-seal|invalid-event)$/)),
        ]);
      }
      expect(await other.giveBack(held.slice(0, 1))).toMatchObject([refused("bad-seal")]);
      expect(await shop.log()).toEqual([]);
      expect(await shop.giveBack(held.slice(0, 1))).toMatchObject([restored]);
    });

    test("what no JSON can say is refused as such, not answered as a fault of the server", async () => {
      const shop = await aRestoredShop(store);
      const [held] = await shop.lost(newId(), newOrder(1));
      const [event] = held?.events ?? [];
      if (event === undefined) throw new Error();
      for (const data of [{ note: Number.POSITIVE_INFINITY }, { note: "\ud800" }, undefined])
        expect(await shop.giveBack([{ events: [{ ...event, data }] }])).toMatchObject([
          refused("invalid-event"),
        ]);
    });

    test("a consumer's event is not taken back: the consumer writes it again", async () => {
      const shop = await aRestoredShop(store);
      const [held] = await shop.lost(newId(), newOrder(1));
      const events = (held?.events ?? []).map((event) => ({ ...event, causation: another }));
      expect(await shop.giveBack([{ events }])).toMatchObject([
        { outcome: "refused", problem: { code: "invalid-event", path: "events.0.causation" } },
      ]);
    });

    test("[L14] a restore is noted once, before what came back, however many devices give back, and how far they came", async () => {
      const shop = await aRestoredShop(store);
      const rep = deviceRow({ code: "M4", role: "rep" });
      await store.inWorkspace(shop.workspace, (tx) => tx.insertDevice(rep));
      await shop.pushed(newOrder(1));
      const common = await headOf(shop.log);
      const [one, two, three] = await shop.lost(
        newId(),
        newOrder(1, "M5"),
        newOrder(2, "M5"),
        newOrder(3, "M5"),
      );
      if (one === undefined || two === undefined || three === undefined) throw new Error();
      expect(await shop.giveBack([one], { common, head: 2, device: rep.id })).toMatchObject([restored]);
      // Nothing behind the restored place has its old hash: who knew more has the same place in common.
      const asked = await chain(shop.parts, shop.caller, [1, 2, 3, 50]);
      if ("problem" in asked) throw new Error();
      expect(asked.value.ends.map(({ position }) => position)).toEqual([1, 2, 3, 3]);
      const old = [one, two, three].map(({ events }) => events.at(-1)?.hash);
      expect(asked.value.ends.filter(({ hash }) => old.includes(hash))).toEqual([]);
      expect(await shop.giveBack([one, two], { common, head: 4 })).toMatchObject([known, restored]);
      expect(await shop.giveBack([three], { common, head: 4 })).toMatchObject([restored]);

      const events = (await shop.log()).map(eventOf);
      const noted = events.filter(({ type }) => type === "informative/history-restored");
      expect(noted).toMatchObject([
        {
          position: 2,
          stream: `workspace/${shop.workspace}`,
          version: 1,
          schemaVersion: 2,
          recordedAt: "2026-04-01T00:00:00.000Z",
          data: { commonPosition: 1, lostHead: 2, noticedBy: rep.id },
        },
      ]);
      expect(events).toHaveLength(5);
    });

    test.each([
      ["its clock's offset", { clockOffsetMs: -315_360_000_000 }],
      ["its trace", { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` }],
    ])("[L14] whoever gives a command back cannot change %s: the seal covers it", async (_what, change) => {
      const shop = await aRestoredShop(store);
      const [held] = await shop.lost(newId(), newOrder(1, "S1"));
      if (held === undefined) throw new Error("expected a command");
      const changed = { events: held.events.map((event) => ({ ...event, ...change })) };
      expect(await shop.giveBack([changed])).toMatchObject([refused("bad-seal")]);
      expect(await shop.log()).toEqual([]);
      expect(await shop.giveBack([held])).toMatchObject([restored]);
    });

    test("[L14] of a command that a former build sealed, what its seal leaves out is not the bringer's word", async () => {
      const shop = await aRestoredShop(store);
      const [held] = await shop.lost(newId(), newOrder(1, "S2"));
      const [event] = held?.events ?? [];
      if (event === undefined) throw new Error("expected an event");
      const sealing = { key: store.installation.sealKey, workspace: shop.workspace };
      const seal = formerSealOf([eventRow(event)], sealing);
      const claimed = { ...event, seal, clockOffsetMs: -315_360_000_000 };
      expect(await shop.giveBack([{ events: [claimed] }])).toMatchObject([restored]);
      const [, back] = (await shop.log()).map(eventOf);
      expect(back).toMatchObject({ id: event.id, at: event.at, clockOffsetMs: 0 });
      expect(back?.traceparent).not.toBe(event.traceparent);
    });

    test("[L14] the note of a restore says no more of the lost log than what was brought", async () => {
      const shop = await aRestoredShop(store);
      const held = await shop.lost(newId(), newOrder(1, "S3"), newOrder(2, "S3"));
      expect(await shop.giveBack(held, { head: Number.MAX_SAFE_INTEGER })).toMatchObject([
        restored,
        restored,
      ]);
      const [note] = (await shop.log()).map(eventOf);
      expect(note).toMatchObject({ schemaVersion: 2, data: { commonPosition: 0, lostHead: 2 } });
    });

    test("[L14] a second restore, from another backup, is noted too", async () => {
      const shop = await aRestoredShop(store);
      for (const seq of [1, 2]) {
        expect(await shop.giveBack(await shop.lost(newId(), newOrder(seq)))).toMatchObject([restored]);
      }
      const types = (await shop.log()).map(({ type }) => type);
      const noted = "informative/history-restored";
      expect(types).toEqual([noted, "order-drafted", noted, "order-drafted"]);
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

    test("where nothing comes back nothing is noted", async () => {
      const shop = await aRestoredShop(store);
      const held = await shop.lost(newId(), newOrder(1));
      const forged = held.map(({ events }) => ({
        events: events.map((event) => ({ ...event, actor: "Eve" })),
      }));
      expect(await shop.giveBack(forged)).toMatchObject([refused("bad-seal")]);
      expect(await shop.log()).toEqual([]);
    });

    test("a place in common that is none (restored once more) is 409 history-changed, and nothing is stored", async () => {
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
}

const ofDatabase = (open: () => Promise<TestDatabase>) => async () => {
  const { driver, remove } = await open();
  return { store: await openSqlStore(driver), remove };
};

describeHealing("memory", async () => ({ store: makeMemoryStore(), remove: async () => {} }));
describeHealing(
  "PGlite",
  ofDatabase(() => openTestPglite()),
);
describeWithPostgres("with PostgreSQL", () => describeHealing("PostgreSQL", ofDatabase(openTestPostgres)));
