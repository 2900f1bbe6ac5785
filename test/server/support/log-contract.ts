import { NIL } from "uuid";
import { describe, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { beginningOf, importedId, newId, redrawnId } from "../../../src/protocol/ids.ts";
import { problem } from "../../../src/protocol/problem.ts";
import type { DeviceRow, Store } from "../../../src/server/store/store.ts";
import { someTime } from "./commands.ts";
import { eventRow, roomy, rowsOf } from "./rows.ts";

/** What a store keeps of the log: pages, commands, numbers, and what it was asked for twice. */
export function describeLog(
  store: () => Store,
  startWorkspace: () => Promise<{ readonly id: string; readonly owner: DeviceRow }>,
): void {
  describe("the log", () => {
    test("the ends of commands are found at or before any position", async () => {
      const { id } = await startWorkspace();
      const ends = (asked: readonly number[]) => store().inWorkspace(id, (tx) => tx.findEnds(asked));
      expect(await ends([1])).toEqual([cursorStart]);
      const rows = rowsOf([eventRow(1), eventRow(2, { hash: null, seal: null }), eventRow(3)]);
      await store().inWorkspace(id, (tx) => tx.append(rows));
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
      await store().inWorkspace(id, (tx) => tx.append(rows));
      const found = await store().inWorkspace(id, async (tx) => ({
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
      await store().inWorkspace(id, (tx) =>
        tx.append(rowsOf([eventRow(1, { dataText, actor: `O'Brien {"x"}, \\N` })])),
      );
      const [found] = await store().inWorkspace(id, (tx) => tx.readPage(0, roomy));
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
      await store().inWorkspace(id, (tx) => tx.append(rows));
      const found = await store().inWorkspace(id, async (tx) => ({
        byId: await tx.findRemembered([accepted.id, newId()], newId(), [9]),
        bySeq: await tx.findRemembered([newId()], owner.id, [5, 6]),
        byBoth: await tx.findRemembered([refused.id], owner.id, [5]),
        ofAnother: await tx.findRemembered([newId()], newId(), [1, 5]),
        seq: await tx.readHighestSeq(owner.id),
      }));
      expect(found).toEqual({ byId: [accepted], bySeq: [refused], byBoth: [refused], ofAnother: [], seq: 5 });
    });

    test("one look tells of a device and a position what is asked one by one, whichever of them is there", async () => {
      const { id, owner } = await startWorkspace();
      const standing = (device: string, position: number) =>
        store().inWorkspace(id, (tx) => tx.readStanding(device, position));
      const empty = { head: cursorStart, storedBytes: 0, knownSeq: 0 };
      expect(await standing(owner.id, 0)).toEqual({ ...empty, device: owner, hash: cursorStart.hash });
      const rows = rowsOf([eventRow(1, { hash: null, seal: null }), eventRow(2)]);
      const [, last] = rows.events;
      const answer = { outcome: "accepted", firstPosition: 1, events: 2 } as const;
      const command = { id: newId(), device: owner.id, seq: 7, fingerprint: "f".repeat(32), answer };
      await store().inWorkspace(id, (tx) => tx.append({ ...rows, commands: [command] }));
      const own = { device: owner, head: rows.head, storedBytes: expect.any(Number), knownSeq: 7 };
      expect(await standing(owner.id, 0)).toEqual({ ...own, hash: cursorStart.hash });
      expect(await standing(owner.id, 1)).toEqual({ ...own, hash: null });
      expect(await standing(owner.id, 2)).toEqual({ ...own, hash: last?.hash });
      expect(await standing(owner.id, 3)).toEqual({ ...own, hash: undefined });
      expect(await standing(newId(), 2)).toEqual({
        ...own,
        device: undefined,
        hash: last?.hash,
        knownSeq: 0,
      });
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
      await store().inWorkspace(id, (tx) => tx.append({ ...nothing, commands: [refused] }));
      await store().inWorkspace(id, (tx) => tx.append({ ...rowsOf([row]), commands: [accepted] }));
      const found = await store().inWorkspace(id, async (tx) => ({
        answers: await tx.findRemembered([row.command], newId(), []),
        events: await tx.findCommandEvents([row.command]),
      }));
      expect(found.answers).toHaveLength(2);
      expect(found.answers).toEqual(expect.arrayContaining([refused, accepted]));
      expect(found.events).toMatchObject([{ position: 1, command: row.command }]);
    });

    test("[L4] commands under one trace are found by what their drawn ids begin with, page by page in order", async () => {
      const { id, owner } = await startWorkspace();
      const [first, mine] = [newId(), `00-${"1".repeat(32)}-${"2".repeat(16)}-01`];
      const drawn = redrawnId(first, mine);
      const [later, derived] = ["ffffffff-ffff-7000-8000-000000000000", importedId("command", "DN-1")];
      const rows = rowsOf([
        eventRow(1, { command: drawn, traceparent: mine, hash: null, seal: null }),
        eventRow(2, { command: drawn, traceparent: mine }),
        eventRow(3, { command: redrawnId(drawn, mine) }),
        eventRow(4, { command: later, traceparent: mine }),
        eventRow(5, { command: derived, traceparent: mine }),
      ]);
      const commands = [...new Set(rows.events.map(({ command }) => command))].map((command, index) => {
        const [firstPosition = 0, ...others] = rows.events
          .filter((row) => row.command === command)
          .map(({ position }) => position);
        const answer = { outcome: "accepted", firstPosition, events: 1 + others.length } as const;
        return { id: command, device: owner.id, seq: 1 + index, fingerprint: "f".repeat(32), answer };
      });
      await store().inWorkspace(id, (tx) => tx.append({ ...rows, commands }));
      const find = (beginnings: readonly string[], traces: readonly string[], after: string = NIL) =>
        store().inWorkspace(id, async (tx) =>
          (await tx.findTaps(beginnings, traces, after)).map((tap) => tap.id),
        );
      expect(await find([beginningOf(first)], [mine])).toEqual([drawn]);
      expect(await find([later, first].map(beginningOf), [mine])).toEqual([drawn, later]);
      expect(await find([later, first].map(beginningOf), [mine], drawn)).toEqual([later]);
      expect(await find([beginningOf(derived)], [mine])).toEqual([]);
      expect(await find([], [mine])).toEqual([]);
    });

    test("what a consumer has set aside is found by its stream, however much others have, and forgotten up to a position", async () => {
      const { id } = await startWorkspace();
      const aside = (consumer: string, position: number, stream: string) => {
        const [event, reason, at] = [newId(), "behind", someTime];
        return { consumer, position, stream, event, reason, at };
      };
      const others = [aside("a", 1, "order/b"), aside("a", 2, "order/b"), aside("b", 3, "order/a")];
      const own = [aside("a", 3, "order/a"), aside("a", 5, "order/a"), aside("a", 9, "order/a")];
      await store().inWorkspace(id, (tx) => tx.putSetAside([...others, ...own]));
      const found = await store().inWorkspace(id, async (tx) => [
        await tx.findSetAside("a", 2, "order/a"),
        await tx.findSetAside("a", 3),
        await tx.findSetAside("b", 9),
      ]);
      expect(found).toEqual([own.slice(0, 2), [...others.slice(0, 2), own[0]], [others[2]]]);
      await store().inWorkspace(id, (tx) => tx.forgetSetAside("a", { stream: "order/a", upTo: 5 }));
      const left = () => store().inWorkspace(id, (tx) => tx.findSetAside("a", 9));
      expect(await left()).toEqual([...others.slice(0, 2), own[2]]);
      await store().inWorkspace(id, (tx) => tx.forgetSetAside("a", null));
      expect(await left()).toEqual([]);
      expect(await store().inWorkspace(id, (tx) => tx.findSetAside("b", 9))).toEqual([others[2]]);
    });

    test("an order number is found with the stream that took it", async () => {
      const { id } = await startWorkspace();
      const taken = { number: "K7-1", stream: "order/a" };
      await store().inWorkspace(id, (tx) => tx.append({ ...rowsOf([eventRow(1)]), numbers: [taken] }));
      const found = await store().inWorkspace(id, (tx) => tx.findNumbers(["K7-1", "K7-2"]));
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
      await store().inWorkspace(id, (tx) => tx.append(rows));
      const positions = (after: number, events: number, bytes: number) =>
        store().inWorkspace(id, async (tx) =>
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
      const failing = store().inWorkspace(id, async (tx) => {
        await tx.append(rowsOf([eventRow(1)]));
        throw new Error("in the middle");
      });
      await expect(failing).rejects.toThrow("in the middle");
      const found = await store().inWorkspace(id, async (tx) => [
        await tx.readHead(),
        await tx.readPage(0, roomy),
      ]);
      expect(found).toEqual([cursorStart, []]);
    });

    test("[L5] of many that append at once each gets its own positions, without holes", async () => {
      const { id } = await startWorkspace();
      const appendOne = () =>
        store().inWorkspace(id, async (tx) => {
          const { position } = await tx.lockHead();
          await tx.append(rowsOf([eventRow(position + 1)]));
        });
      await Promise.all(Array.from({ length: 20 }, appendOne));
      const page = await store().inWorkspace(id, (tx) => tx.readPage(0, roomy));
      expect(page.map(({ position }) => position)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    });
  });
}
