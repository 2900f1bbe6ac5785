import { NIL } from "uuid";
import { describe, expect, test } from "vitest";
import { beginningOf, newId } from "../../../src/protocol/ids.ts";
import type { Rows } from "../../../src/server/accept/facts.ts";
import type { BookClaim, BookLevel } from "../../../src/server/store/book.ts";
import type {
  DeviceRow,
  InviteRow,
  SetAsideRow,
  StateRow,
  Store,
  WorkspaceTx,
} from "../../../src/server/store/store.ts";
import { someTime } from "./commands.ts";
import { subscriptionRow } from "./subscriptions-contract.ts";

/** What the contract's tests make rows of. */
export interface OwnWritesRows {
  readonly rowsOf: (positions: readonly number[]) => Rows;
  readonly deviceRow: (over?: Partial<DeviceRow>) => DeviceRow;
}

type Reading = (tx: WorkspaceTx) => Promise<unknown>;

/**
 * A transaction sees what it has written itself, and one that fails leaves nothing of it: for each section of the port
 * the same reads, before, after its own writes, and once it is over.
 */
export function describeOwnWrites(
  storeOf: () => Store,
  startWorkspace: () => Promise<{ readonly id: string; readonly owner: DeviceRow }>,
  { rowsOf, deviceRow }: OwnWritesRows,
): void {
  const someone = { sku: "TEA", number: "K7-1", wanted: 3 };
  const level: BookLevel = {
    sku: "TEA",
    onHand: 5,
    reserved: 2,
    counts: 1,
    receivedSinceCount: 0,
    told: null,
  };
  const claim: BookClaim = { ...someone, order: newId(), turn: 4, reserved: 1 };
  const earlier: BookClaim = { ...someone, order: newId(), turn: 2, reserved: 3 };
  const asideRow = (position: number): SetAsideRow => ({
    ...{ consumer: "reader", position, stream: "order/a" },
    ...{ event: newId(), reason: "behind", at: someTime },
  });
  const state = (stream: string, part: "now" | "past", version: number): StateRow => ({
    ...{ stream, part, version, event: newId() },
    stateText: '{"status":"draft"}',
  });
  const roomy = { events: 1_000, bytes: 1_000_000 };

  /** One section: what is written, and what is read of it. */
  interface Section {
    readonly write: (tx: WorkspaceTx, owner: DeviceRow) => Promise<unknown>;
    readonly read: (owner: DeviceRow) => Reading;
    readonly written: (owner: DeviceRow) => unknown;
  }

  const log = rowsOf([1, 2]);
  const [first, second] = log.events;
  if (first === undefined || second === undefined) throw new Error("expected two events");
  const accepted = { outcome: "accepted", firstPosition: 1, events: 1 } as const;
  const command = {
    id: first.command,
    device: newId(),
    seq: 7,
    fingerprint: "f".repeat(32),
    answer: accepted,
  };
  const heir = deviceRow({ code: "M4" });
  const invite: InviteRow = {
    ...{ codeHash: newId().replaceAll("-", "").padEnd(64, "0"), role: "rep", madeBy: null },
    ...{ expiresAt: "2026-05-01T00:00:00.000Z", usedBy: null },
  };
  const states = [state("order/a", "now", 1), state("order/b", "past", 2)];
  const position = { position: 2, hash: second.hash ?? "", model: "one" };
  const asides = [asideRow(1), asideRow(2)];
  const to = subscriptionRow();

  const sections: Readonly<Record<string, Section>> = {
    "the log": {
      write: (tx) =>
        tx.append({ ...log, commands: [command], numbers: [{ number: "K7-1", stream: first.stream }] }),
      read: () => async (tx) => [
        await tx.lockHead(),
        await tx.readHead(),
        (await tx.readStanding(command.device, 1)).storedBytes > 0,
        await tx.readPage(0, roomy),
        await tx.readEventsAt([2]),
        await tx.readStream(first.stream, 0, 10),
        await tx.findStreamHeads([first.stream]),
        await tx.findHashAt(1),
        (await tx.findEnds([2])).map(({ position }) => position),
        await tx.findNumbers(["K7-1"]),
        await tx.findRemembered([command.id], newId(), []),
        await tx.readHighestSeq(command.device),
        (await tx.findCommandEvents([command.id])).map(({ position }) => position),
        (await tx.findTaps([beginningOf(command.id)], [first.traceparent], NIL)).map(({ id }) => id),
      ],
      written: () => [
        log.head,
        log.head,
        true,
        [first, second],
        [second],
        [first],
        [{ stream: first.stream, version: 1, event: first.id }],
        first.hash,
        [2],
        [{ number: "K7-1", stream: first.stream }],
        [command],
        7,
        [1],
        [command.id],
      ],
    },
    "the kept states": {
      write: (tx) => tx.putStates(states, position),
      read: () => async (tx) => [
        await tx.findStatesPosition(true),
        await tx.findStates(["order/a"]),
        await tx.readStates("past", null, { states: 10, bytes: 10_000 }),
        await tx.countStates(),
      ],
      written: () => [position, [states[0]], [states[1]], { now: 1, past: 1 }],
    },
    "a consumer's position and what it has set aside": {
      write: async (tx) => {
        await tx.moveConsumer({ consumer: "reader", position: 2, movedAt: someTime });
        await tx.putSetAside(asides);
        await tx.forgetSetAside("reader", { stream: "order/a", upTo: 1 });
      },
      read: () => async (tx) => [
        (await tx.claimConsumer("reader"))?.position,
        (await tx.readConsumers()).map(({ position }) => position),
        await tx.findSetAside("reader", 10),
        await tx.findStreamsAside("reader", ["order/a", "order/b"]),
      ],
      written: () => [2, [2], [asides[1]], ["order/a"]],
    },
    "the book": {
      write: async (tx) => {
        await tx.putLevels([level]);
        await tx.putClaims([claim, earlier]);
        await tx.deleteClaims(claim.order, ["OIL"]);
      },
      read: () => async (tx) => [
        await tx.findLevels(["TEA"]),
        await tx.findUntoldLevels(10),
        await tx.findClaims(claim.order),
        await tx.findShortClaims("TEA", 10),
        await tx.findHolders("TEA", 4, 10),
      ],
      written: () => [[level], [level], [claim], [claim], [earlier]],
    },
    "devices and invites": {
      write: async (tx, owner) => {
        await tx.insertDevice(heir);
        await tx.updateDevice(heir.id, { name: "Van 2" });
        await tx.updateLineage(owner.root, { role: "rep" });
        await tx.insertInvite(invite);
        await tx.useInvite(invite.codeHash, heir.id);
      },
      read: (owner) => async (tx) => [
        await tx.readName(),
        (await tx.findDevice(heir.id))?.name,
        (await tx.findDevice(owner.id))?.role,
        await tx.findCodes([heir.code]),
        (await tx.listDevices()).length,
        (await tx.listLineage(heir.root)).map(({ id }) => id),
        await tx.countLineages(),
        await tx.countSuccessors("2020-01-01T00:00:00.000Z"),
        (await tx.findInvite(invite.codeHash))?.usedBy,
      ],
      written: () => [
        "Shop",
        "Van 2",
        "rep",
        [{ code: heir.code, root: heir.root }],
        2,
        [heir.id],
        2,
        0,
        heir.id,
      ],
    },
    subscriptions: {
      write: async (tx) => {
        await tx.insertSubscription(to);
        await tx.updateSubscription(to.id, { description: "changed" });
        const common = { subscription: to.id, event: newId(), type: "order-shipped" };
        await tx.putDeliveries([{ ...common, id: newId(), position: 1, stream: "order/a" }], someTime);
      },
      read: () => async (tx) => [
        (await tx.listSubscriptions()).map(({ description }) => description),
        (await tx.findSubscription(to.id))?.description,
        (await tx.lockSubscription(to.id))?.description,
        await tx.listDeletedSubscriptions(),
        await tx.countDeliveries(),
        (await tx.listDeliveries(to.id, "pending", 0, 10)).map(({ position }) => position),
      ],
      written: () => [
        ["changed"],
        "changed",
        "changed",
        [],
        [{ subscription: to.id, waiting: 1, dead: 0 }],
        [1],
      ],
    },
  };

  describe.each(Object.entries(sections))("of %s", (_name, { write, read, written }) => {
    test("[L2] a transaction reads what it has written itself, and one that fails after it leaves nothing", async () => {
      const { id, owner } = await startWorkspace();
      const reading = read(owner);
      const before = await storeOf().inWorkspace(id, reading);
      const failing = storeOf().inWorkspace(id, async (tx) => {
        await write(tx, owner);
        expect(await reading(tx)).toEqual(written(owner));
        throw new Error("the last step fails");
      });
      await expect(failing).rejects.toThrow("the last step fails");
      expect(await storeOf().inWorkspace(id, reading)).toEqual(before);
      expect(before).not.toEqual(written(owner));

      await storeOf().inWorkspace(id, (tx) => write(tx, owner));
      expect(await storeOf().inWorkspace(id, reading)).toEqual(written(owner));
    });
  });

  test("devices are counted on within a transaction, and what is forgotten in one is gone in it", async () => {
    const { id } = await startWorkspace();
    const found = await storeOf().inWorkspace(id, async (tx) => {
      const counts = [await tx.countDevice(), await tx.countDevice(2)];
      await tx.insertInvite({ ...invite, codeHash: "e".repeat(64), expiresAt: "2020-01-01T00:00:00.000Z" });
      const left = await tx.forgetInvites("2021-01-01T00:00:00.000Z");
      await tx.putStates(states, position);
      await tx.forgetStates();
      await tx.putLevels([level]);
      await tx.forgetBook();
      return [counts, left, await tx.findStatesPosition(false), await tx.findLevels(["TEA"])];
    });
    expect(found).toEqual([[2, 4], 0, undefined, []]);
  });
}

/** A store that notes which methods of the port its transactions were asked. */
export function noteAsked(store: Store, asked: Set<string>): Store {
  return {
    ...store,
    inWorkspace: (workspace, work, order) =>
      store.inWorkspace(
        workspace,
        (tx) =>
          work(
            new Proxy(tx, {
              get: (target, name, receiver) => {
                asked.add(String(name));
                return Reflect.get(target, name, receiver);
              },
            }),
          ),
        order,
      ),
  };
}
