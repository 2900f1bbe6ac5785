import fc from "fast-check";
import { expect, test } from "vitest";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { rebuildAll } from "../../src/device/outbox/rebuild.ts";
import { discardCommand } from "../../src/device/outbox/resolve.ts";
import { segmentEvents } from "../../src/device/streams/log.ts";
import { countOrders, findOrder, listOutbox } from "../../src/device/views/queries.ts";
import type { OrderCommand } from "../../src/domain/order/order-commands.ts";
import { isOpen } from "../../src/domain/order/order-state.ts";
import type { StreamKey } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { addLine, countedByRows, startOrder } from "../device/support/a-device.ts";
import { aLine } from "../domain/builders.ts";
import { aFleet, type Member, readModelOf } from "./support/a-fleet.ts";

/** What can happen to one of two devices, as data: a failing run shrinks to the shortest of them. */
const happening = fc.record({
  who: fc.integer({ min: 0, max: 1 }),
  what: fc.constantFrom(
    "add-line",
    "add-line",
    "set-quantity",
    "add-quantity",
    "remove-line",
    "change-note",
    "place",
    "cancel",
    "ship",
    "sync",
    "sync",
    "exchange",
    "lose-request",
    "lose-answer",
    "take-back",
    "take-back-in-flight",
  ),
  which: fc.nat(20),
  amount: fc.integer({ min: 1, max: 50 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

test("[L4] [L6] [L9] [L10] any interleaving of two devices converges, loses no line, accounts for every command and records none that was taken back", {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), async (happenings) => {
      const { owner, join, server } = await aFleet({ pageEvents: 3 });
      const rep = await join("rep");
      const members = [owner, rep];
      const { stream, id } = await startOrder(owner.device);
      const added = new Set([await addLine(owner.device, stream)]);
      const removed = new Set<string>();
      const takenBack = new Set<string>();
      await owner.sync();
      await rep.sync();

      for (const it of happenings) {
        const member = members[it.who] ?? owner;
        if (it.what === "sync") await member.sync();
        else if (it.what === "exchange") await member.exchange();
        else if (it.what === "lose-request") await member.exchange(async () => lost);
        else if (it.what === "lose-answer") {
          await member.exchange(async (identity, request) => {
            await server.ports.post(identity, request);
            return lost;
          });
        } else if (it.what === "take-back") await takeBack(member, it.which, takenBack);
        else if (it.what === "take-back-in-flight") {
          await member.exchange(async (identity, request) => {
            await takeBack(member, it.which, takenBack);
            return server.ports.post(identity, request);
          });
        } else await change(member, stream, id, it, added, removed);
        expect(await countOrders(member.device.db)).toEqual(await countedByRows(member.device));
      }

      // All faults heal: everybody syncs, people give up what is parked, everybody syncs again.
      for (let round = 0; round < 3; round += 1) for (const member of members) await member.sync();
      // What waited behind may contradict what is there as well, and then it parks in its turn.
      for (let round = 0; round < happenings.length + 3; round += 1) {
        for (const member of members) await discardParked(member);
        for (const member of members) await member.sync();
      }

      const [mine, theirs] = await Promise.all(members.map((member) => readModelOf(member.device)));
      expect(theirs).toEqual(mine);
      const order = (await findOrder(owner.device.db, id))?.order;
      const present = new Set(order?.lines.map(({ lineId }) => lineId));
      const gone = new Set(order?.removedLineIds);
      const discarded = await discardedLines(members);
      for (const lineId of added) {
        expect([lineId, present.has(lineId) || gone.has(lineId) || discarded.has(lineId)]).toEqual([
          lineId,
          true,
        ]);
      }
      const recorded = (await owner.device.db.log.toArray()).flatMap(segmentEvents);
      // What the device said is taken back was on no way to the server.
      expect(recorded.filter(({ command }) => takenBack.has(command))).toEqual([]);
      for (const member of members) {
        expect((await checkLedger(member.device.db)).balanced).toBe(true);
        const counted = await countOrders(member.device.db);
        await rebuildAll(member.device.db);
        expect(await readModelOf(member.device)).toEqual(mine);
        expect(await countOrders(member.device.db)).toEqual(counted);
        expect((await listOutbox(member.device.db)).every(({ state }) => state === "discarded")).toBe(true);
        member.device.close();
      }
    }),
    { numRuns: 60 },
  );
});

const lost = { outcome: "failed", trouble: "unreachable" } as const;

async function change(
  member: Member,
  stream: StreamKey,
  id: string,
  it: Happening,
  added: Set<string>,
  removed: Set<string>,
): Promise<void> {
  const order = (await findOrder(member.device.db, id))?.order;
  if (order === undefined || !isOpen(order)) return;
  const line = order.lines[it.which % Math.max(1, order.lines.length)];
  const lineId = newId();
  const command = toCommand(it, line, lineId, order.note);
  if (command === undefined) return;
  const handled = await handleCommand(member.device, { stream, command });
  if (handled.outcome !== "saved") return;
  if (command.type === "add-line") added.add(lineId);
  if (command.type === "remove-line") removed.add(command.data.lineId);
}

function toCommand(
  it: Happening,
  line: { readonly lineId: string; readonly quantity: number } | undefined,
  lineId: string,
  note: string,
): OrderCommand | undefined {
  switch (it.what) {
    case "add-line":
      return { type: "add-line", data: aLine(1, { lineId, quantity: it.amount }) };
    case "change-note":
      return {
        type: "change-order-details",
        data: { changes: { note: { from: note, to: `note ${it.amount}` } } },
      };
    case "place":
      return { type: "place-order", data: {} };
    case "cancel":
      return it.amount > 45 ? { type: "cancel-order", data: { note: "mistake" } } : undefined;
    case "ship":
      return { type: "ship-order", data: { shippedOn: "2026-03-02" } };
    case "set-quantity":
      return (
        line && { type: "set-quantity", data: { lineId: line.lineId, from: line.quantity, to: it.amount } }
      );
    case "add-quantity":
      return line && { type: "add-quantity", data: { lineId: line.lineId, by: it.amount } };
    case "remove-line":
      return line && { type: "remove-line", data: { lineId: line.lineId } };
    default:
      return undefined;
  }
}

/** Takes back one of those that wait to be sent, where the device says that it may. */
async function takeBack({ device }: Member, which: number, takenBack: Set<string>): Promise<void> {
  const pending = (await listOutbox(device.db)).filter(({ state }) => state === "pending");
  const row = pending[which % Math.max(1, pending.length)];
  if (row !== undefined && (await discardCommand(device, row.seq)) === "done") takenBack.add(row.id);
}

async function discardParked(member: Member): Promise<void> {
  const parked = (await listOutbox(member.device.db)).filter(({ state }) => state === "parked");
  for (const row of parked) await discardCommand(member.device, row.seq);
}

async function discardedLines(members: readonly Member[]): Promise<ReadonlySet<string>> {
  const rows = (await Promise.all(members.map((member) => listOutbox(member.device.db)))).flat();
  return new Set(rows.flatMap(({ command }) => (command.type === "add-line" ? [command.data.lineId] : [])));
}
