import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { Store, Wake } from "../../../src/server/store/store.ts";
import { someTime } from "./commands.ts";
import { describeDevices } from "./devices-contract.ts";
import { describeLog } from "./log-contract.ts";
import { describeOwnWrites, noteAsked } from "./own-writes-contract.ts";
import { anInvite, deviceRow, eventRow, roomy, rowsOf } from "./rows.ts";
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

    test("what is announced is heard, until one stops listening", async () => {
      const heard: Wake[] = [];
      const wake = { kind: "head", workspace: newId(), head: 7 } as const;
      const stop = store.listen((told) => void heard.push(told));
      store.announce(wake);
      stop();
      store.announce({ ...wake, head: 8 });
      expect(heard).toEqual([wake]);
    });

    describeLog(() => store, startWorkspace);
    describeDevices(() => store, startWorkspace);
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
