import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { problem } from "../../../src/protocol/problem.ts";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import type { Rows } from "../../../src/server/accept/facts.ts";
import type { DeviceRow, InviteRow, Store, Wake } from "../../../src/server/store/store.ts";
import { someTime } from "./commands.ts";
import { describeOwnWrites, noteAsked } from "./own-writes-contract.ts";
import { describeSubscriptions } from "./subscriptions-contract.ts";

/** What every store keeps, whatever it keeps it in. */
export function describeStore(
  name: string,
  open: () => Promise<{ readonly store: Store; readonly remove: () => Promise<void> }>,
): void {
  describe(`a store (${name})`, () => {
    let store: Store;
    let remove: () => Promise<void>;
    /** Which methods of the port the tests below have asked, and which there are. */
    const asked = new Set<string>();
    beforeAll(async () => {
      const opened = await open();
      store = noteAsked(opened.store, asked);
      remove = opened.remove;
    });
    afterAll(() => remove());

    const startWorkspace = async () => {
      const id = newId();
      const owner = deviceRow();
      await store.createWorkspace({ id, name: "Shop", createdAt: someTime, owner }, false);
      return { id, owner };
    };

    test("a new workspace has an empty log, its name and its owner", async () => {
      const { id, owner } = await startWorkspace();
      const found = await store.inWorkspace(id, async (tx) => ({
        head: await tx.lockHead(),
        name: await tx.readName(),
        device: await tx.findDevice(owner.id),
        page: await tx.readPage(0, roomy),
        seq: await tx.readHighestSeq(owner.id),
        hash: await tx.findHashAt(1),
      }));
      expect(found).toEqual({
        head: cursorStart,
        name: "Shop",
        device: owner,
        page: [],
        seq: 0,
        hash: undefined,
      });
      expect(await store.findToken(owner.tokenHash)).toEqual({
        workspace: id,
        device: owner.id,
        root: owner.id,
      });
    });

    test("a successor has its predecessor's lineage, and its token tells it", async () => {
      const { id, owner } = await startWorkspace();
      const heir = deviceRow({ code: "M4", joinedBy: owner.id, root: owner.root });
      await store.inWorkspace(id, (tx) => tx.insertDevice(heir));
      expect(await store.inWorkspace(id, (tx) => tx.findDevice(heir.id))).toEqual(heir);
      expect(await store.findToken(heir.tokenHash)).toEqual({
        workspace: id,
        device: heir.id,
        root: owner.id,
      });
    });

    test("a token or a code that nobody was given leads nowhere", async () => {
      await startWorkspace();
      expect(await store.findToken("ab".repeat(32))).toBeUndefined();
      expect(await store.findInviteWorkspace("ab".repeat(32))).toBeUndefined();
    });

    test("the ends of commands are found at or before any position", async () => {
      const { id } = await startWorkspace();
      const ends = (asked: readonly number[]) => store.inWorkspace(id, (tx) => tx.findEnds(asked));
      expect(await ends([1])).toEqual([cursorStart]);
      const rows = rowsOf([eventRow(1), eventRow(2, { hash: null, seal: null }), eventRow(3)]);
      await store.inWorkspace(id, (tx) => tx.append(rows));
      const [first, , third] = rows.events;
      const [one, three] = [first, third].map((row) => ({ position: row?.position, hash: row?.hash }));
      expect(await ends([1, 2, 3, 900])).toEqual([one, one, three, three]);
    });

    test("what was appended is read back whole, by position and by stream", async () => {
      const { id } = await startWorkspace();
      const rows = rowsOf([
        eventRow(1, { stream: "order/a" }),
        eventRow(2, { stream: "order/b", causation: newId() }),
      ]);
      await store.inWorkspace(id, (tx) => tx.append(rows));
      const found = await store.inWorkspace(id, async (tx) => ({
        head: await tx.readHead(),
        page: await tx.readPage(0, roomy),
        stream: await tx.readStream("order/b", 0, 10),
        later: await tx.readStream("order/b", 1, 10),
        heads: await tx.findStreamHeads(["order/b", "order/none"]),
        hash: await tx.findHashAt(2),
      }));
      const [first, second] = rows.events;
      expect(found).toEqual({
        head: rows.head,
        page: [first, second],
        stream: [second],
        later: [],
        heads: [{ stream: "order/b", version: 1, event: second?.id }],
        hash: second?.hash,
      });
    });

    test("text of every kind survives as it was", async () => {
      const { id } = await startWorkspace();
      const dataText = JSON.stringify({
        note: `"\\'{},NULL 日本 \u{1f4e6} \u0001\n`,
        none: null,
        list: [1, 2.5, true],
      });
      await store.inWorkspace(id, (tx) =>
        tx.append(rowsOf([eventRow(1, { dataText, actor: `O'Brien {"x"}, \\N` })])),
      );
      const [found] = await store.inWorkspace(id, (tx) => tx.readPage(0, roomy));
      expect(found).toMatchObject({ dataText, actor: `O'Brien {"x"}, \\N` });
    });

    test("[L4] a command that was answered is found by its id and by its device's seq, for ever", async () => {
      const { id, owner } = await startWorkspace();
      const refusal = problem("rule-broken", 422, "A rule", { rejection: { reason: "order-empty" } });
      const answered = { device: owner.id, fingerprint: "f".repeat(32) };
      const accepted = {
        ...answered,
        id: newId(),
        seq: 1,
        answer: { outcome: "accepted", firstPosition: 1, events: 2 },
      } as const;
      const refused = {
        ...answered,
        id: newId(),
        seq: 5,
        answer: { outcome: "refused", problem: refusal },
      } as const;
      const rows = { ...rowsOf([eventRow(1), eventRow(2)]), commands: [accepted, refused] };
      await store.inWorkspace(id, (tx) => tx.append(rows));
      const found = await store.inWorkspace(id, async (tx) => ({
        byId: await tx.findRemembered([accepted.id, newId()], newId(), [9]),
        bySeq: await tx.findRemembered([newId()], owner.id, [5, 6]),
        byBoth: await tx.findRemembered([refused.id], owner.id, [5]),
        ofAnother: await tx.findRemembered([newId()], newId(), [1, 5]),
        seq: await tx.readHighestSeq(owner.id),
      }));
      expect(found).toEqual({ byId: [accepted], bySeq: [refused], byBoth: [refused], ofAnother: [], seq: 5 });
    });

    test("[L6] an id that was refused for one device is accepted for another, and each finds its own answer", async () => {
      const { id, owner } = await startWorkspace();
      const refusal = problem("rule-broken", 422, "A rule", { rejection: { reason: "order-empty" } });
      const row = eventRow(1);
      const common = { id: row.command, seq: 1, fingerprint: "f".repeat(32) };
      const refused = {
        ...common,
        device: newId(),
        answer: { outcome: "refused", problem: refusal },
      } as const;
      const answer = { outcome: "accepted", firstPosition: 1, events: 1 } as const;
      const accepted = { ...common, device: owner.id, answer } as const;
      const nothing = { ...rowsOf([]), head: { position: 0, hash: "0".repeat(64) } };
      await store.inWorkspace(id, (tx) => tx.append({ ...nothing, commands: [refused] }));
      await store.inWorkspace(id, (tx) => tx.append({ ...rowsOf([row]), commands: [accepted] }));
      const found = await store.inWorkspace(id, async (tx) => ({
        answers: await tx.findRemembered([row.command], newId(), []),
        events: await tx.findCommandEvents([row.command]),
      }));
      expect(found.answers).toHaveLength(2);
      expect(found.answers).toEqual(expect.arrayContaining([refused, accepted]));
      expect(found.events).toMatchObject([{ position: 1, command: row.command }]);
    });

    test("what a consumer has set aside is found by its stream, however much others have, and forgotten up to a place", async () => {
      const { id } = await startWorkspace();
      const aside = (consumer: string, position: number, stream: string) => {
        const [event, reason, at] = [newId(), "behind", someTime];
        return { consumer, position, stream, event, reason, at };
      };
      const others = [aside("a", 1, "order/b"), aside("a", 2, "order/b"), aside("b", 3, "order/a")];
      const own = [aside("a", 3, "order/a"), aside("a", 5, "order/a"), aside("a", 9, "order/a")];
      await store.inWorkspace(id, (tx) => tx.putSetAside([...others, ...own]));
      const found = await store.inWorkspace(id, async (tx) => [
        await tx.findSetAside("a", 2, "order/a"),
        await tx.findSetAside("a", 3),
        await tx.findSetAside("b", 9),
      ]);
      expect(found).toEqual([own.slice(0, 2), [...others.slice(0, 2), own[0]], [others[2]]]);
      await store.inWorkspace(id, (tx) => tx.forgetSetAside("a", { stream: "order/a", upTo: 5 }));
      const left = () => store.inWorkspace(id, (tx) => tx.findSetAside("a", 9));
      expect(await left()).toEqual([...others.slice(0, 2), own[2]]);
      await store.inWorkspace(id, (tx) => tx.forgetSetAside("a", null));
      expect(await left()).toEqual([]);
      expect(await store.inWorkspace(id, (tx) => tx.findSetAside("b", 9))).toEqual([others[2]]);
    });

    test("an order number is found with the stream that took it", async () => {
      const { id } = await startWorkspace();
      const taken = { number: "K7-1", stream: "order/a" };
      await store.inWorkspace(id, (tx) => tx.append({ ...rowsOf([eventRow(1)]), numbers: [taken] }));
      const found = await store.inWorkspace(id, (tx) => tx.findNumbers(["K7-1", "K7-2"]));
      expect(found).toEqual([taken]);
    });

    test("[L2] a page holds whole commands, by number and by bytes, and at least one however large it is", async () => {
      const { id } = await startWorkspace();
      const long = JSON.stringify("x".repeat(5_000));
      const rows = rowsOf([
        eventRow(1, { hash: null, seal: null }),
        eventRow(2),
        eventRow(3, { hash: null, seal: null, dataText: long }),
        eventRow(4, { hash: null, seal: null, dataText: long }),
        eventRow(5, { dataText: long }),
        eventRow(6),
      ]);
      await store.inWorkspace(id, (tx) => tx.append(rows));
      const positions = (after: number, events: number, bytes: number) =>
        store.inWorkspace(id, async (tx) =>
          (await tx.readPage(after, { events, bytes })).map(({ position }) => position),
        );
      expect(await positions(0, 100, 1_000_000)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await positions(0, 4, 1_000_000)).toEqual([1, 2]);
      expect(await positions(0, 1, 1_000_000)).toEqual([1, 2]);
      expect(await positions(0, 100, 9_000)).toEqual([1, 2]);
      expect(await positions(2, 100, 100)).toEqual([3, 4, 5]);
      expect(await positions(5, 100, 100)).toEqual([6]);
      expect(await positions(6, 100, 100)).toEqual([]);
    });

    test("[L2] a transaction that fails leaves nothing behind", async () => {
      const { id } = await startWorkspace();
      const failing = store.inWorkspace(id, async (tx) => {
        await tx.append(rowsOf([eventRow(1)]));
        throw new Error("in the middle");
      });
      await expect(failing).rejects.toThrow("in the middle");
      const found = await store.inWorkspace(id, async (tx) => [
        await tx.readHead(),
        await tx.readPage(0, roomy),
      ]);
      expect(found).toEqual([cursorStart, []]);
    });

    test("[L5] of many that append at once each gets its own positions, without holes", async () => {
      const { id } = await startWorkspace();
      const appendOne = () =>
        store.inWorkspace(id, async (tx) => {
          const { position } = await tx.lockHead();
          await tx.append(rowsOf([eventRow(position + 1)]));
        });
      await Promise.all(Array.from({ length: 20 }, appendOne));
      const page = await store.inWorkspace(id, (tx) => tx.readPage(0, roomy));
      expect(page.map(({ position }) => position)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    });

    test("[L15] a workspace sees nothing of another: no event, device, command, number or invite", async () => {
      const [own, other] = [await startWorkspace(), await startWorkspace()];
      const command = { id: newId(), device: other.owner.id, seq: 1, fingerprint: "f".repeat(32) };
      const answer = { outcome: "accepted", firstPosition: 1, events: 1 } as const;
      const rows = { ...rowsOf([eventRow(1, { stream: "order/a" })]), commands: [{ ...command, answer }] };
      await store.inWorkspace(other.id, async (tx) => {
        await tx.append({ ...rows, numbers: [{ number: "K7-1", stream: "order/a" }] });
        await tx.insertInvite(anInvite("cd".repeat(32)));
      });
      const seen = await store.inWorkspace(own.id, async (tx) => [
        await tx.readHead(),
        await tx.readPage(0, roomy),
        await tx.findStreamHeads(["order/a"]),
        await tx.findRemembered([command.id], other.owner.id, [1]),
        await tx.findNumbers(["K7-1"]),
        await tx.findDevice(other.owner.id),
        (await tx.listDevices()).map(({ id }) => id),
        await tx.findInvite("cd".repeat(32)),
      ]);
      expect(seen).toEqual([cursorStart, [], [], [], [], undefined, [own.owner.id], undefined]);
    });

    test("a lineage is listed, counted and changed as one, and another one stays as it is", async () => {
      const { id, owner } = await startWorkspace();
      const joinedAt = "2026-03-02T09:00:00.000Z";
      const heir = deviceRow({ code: "M4", joinedBy: owner.id, root: owner.root, joinedAt });
      const rep = deviceRow({ code: "P6", role: "rep" });
      await store.inWorkspace(id, (tx) => tx.insertDevice(heir));
      await store.inWorkspace(id, (tx) => tx.insertDevice(rep));
      const look = () =>
        store.inWorkspace(id, async (tx) => ({
          lineage: await tx.listLineage(owner.root),
          living: await tx.countLineages(),
          lately: [await tx.countSuccessors(someTime), await tx.countSuccessors(joinedAt)],
          codes: (await tx.findCodes(["M4", "K9", "P6", "X1"])).map(({ code, root }) => [code, root]).sort(),
        }));
      const codes = [
        ["K9", owner.root],
        ["M4", owner.root],
        ["P6", rep.root],
      ];
      expect(await look()).toEqual({ lineage: [owner, heir], living: 2, lately: [1, 0], codes });
      await store.inWorkspace(id, (tx) => tx.updateLineage(owner.root, { role: "rep" }));
      await store.inWorkspace(id, (tx) => tx.updateLineage(owner.root, { revokedAt: joinedAt }));
      // The first time stays: it says when the access ended.
      await store.inWorkspace(id, (tx) =>
        tx.updateLineage(owner.root, { revokedAt: "2027-01-01T00:00:00.000Z" }),
      );
      const ended = { role: "rep", revokedAt: joinedAt } as const;
      expect(await look()).toEqual({
        lineage: [
          { ...owner, ...ended },
          { ...heir, ...ended },
        ],
        living: 1,
        lately: [1, 0],
        codes: codes.slice(2),
      });
      expect(await store.inWorkspace(id, (tx) => tx.findDevice(rep.id))).toEqual(rep);
    });

    test("devices join, change and are counted, and an invite is used once", async () => {
      const { id, owner } = await startWorkspace();
      const joining = deviceRow({ code: "M4", role: "rep" });
      const codeHash = "ef".repeat(32);
      const invite = { ...anInvite(codeHash), madeBy: owner.root };
      await store.inWorkspace(id, (tx) => tx.insertInvite(invite));
      expect(await store.findInviteWorkspace(codeHash)).toBe(id);
      const count = await store.inWorkspace(id, async (tx) => {
        const counted = await tx.countDevice();
        await tx.insertDevice(joining);
        await tx.useInvite(codeHash, joining.id);
        return counted;
      });
      expect(count).toBe(2);
      await store.inWorkspace(id, (tx) => tx.updateDevice(joining.id, { name: "Van", lastSeenAt: someTime }));
      const found = await store.inWorkspace(id, async (tx) => [
        await tx.listDevices(),
        await tx.findInvite(codeHash),
      ]);
      expect(found).toEqual([
        expect.arrayContaining([owner, { ...joining, name: "Van", lastSeenAt: someTime }]),
        { ...invite, usedBy: joining.id },
      ]);
      expect(await store.inWorkspace(id, (tx) => tx.forgetInvites("2027-01-01T00:00:00.000Z"))).toBe(0);
      expect(await store.inWorkspace(id, (tx) => tx.findInvite(codeHash))).toBeUndefined();
    });

    test("a first workspace is created only while there is none", async () => {
      await startWorkspace();
      const before = await store.countWorkspaces();
      const second = { id: newId(), name: "Second", createdAt: someTime, owner: deviceRow() };
      expect(await store.createWorkspace(second, true)).toBe(false);
      expect(await store.countWorkspaces()).toBe(before);
      expect(await store.findToken(second.owner.tokenHash)).toBeUndefined();
    });

    test("what is announced is heard, until one stops listening", async () => {
      const heard: Wake[] = [];
      const wake = { kind: "head", workspace: newId(), head: 7 } as const;
      const stop = store.listen((told) => void heard.push(told));
      store.announce(wake);
      stop();
      store.announce({ ...wake, head: 8 });
      expect(heard).toEqual([wake]);
    });

    describeSubscriptions(() => store, startWorkspace);
    describeOwnWrites(() => store, startWorkspace, {
      rowsOf: (positions) => rowsOf(positions.map((position) => eventRow(position))),
      deviceRow,
    });

    test("every method of a transaction was asked by a test above", async () => {
      const { id } = await startWorkspace();
      let methods: readonly string[] = [];
      await store.inWorkspace(id, async (tx) => {
        methods = Object.keys(tx);
      });
      expect(methods.length).toBeGreaterThan(50);
      expect(methods.filter((method) => !asked.has(method))).toEqual([]);
    });
  });
}

const roomy = { events: 1_000, bytes: 1_000_000 };

export function deviceRow(over: Partial<DeviceRow> = {}): DeviceRow {
  const id = over.id ?? newId();
  const token = { tokenHash: id.replaceAll("-", "").padEnd(64, "0"), joinedBy: "setup", joinedAt: someTime };
  return {
    id,
    code: "K9",
    name: "Office",
    role: "owner",
    ...token,
    root: id,
    lastSeenAt: null,
    revokedAt: null,
    ...over,
  };
}

function anInvite(codeHash: string): InviteRow {
  return { codeHash, role: "rep", madeBy: null, expiresAt: someTime, usedBy: null };
}

/** An event with its own stream, that ends its command unless told otherwise. */
export function eventRow(position: number, over: Partial<EventRow> = {}): EventRow {
  return {
    position,
    id: newId(),
    stream: `order/${newId()}`,
    version: 1,
    type: "order-shipped",
    schemaVersion: 1,
    dataText: `{"shippedOn":"2026-03-01"}`,
    at: someTime,
    recordedAt: someTime,
    clockOffsetMs: -1500,
    device: newId(),
    seq: position,
    command: newId(),
    actor: "Ada",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    causation: null,
    hash: position.toString(16).padStart(64, "0"),
    seal: "5".repeat(64),
    ...over,
  };
}

function rowsOf(events: readonly EventRow[]): Rows {
  const last = events.at(-1);
  const head = { position: last?.position ?? 0, hash: last?.hash ?? cursorStart.hash };
  return { events, commands: [], numbers: [], head };
}
