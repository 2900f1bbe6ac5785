import {
  discardCommand,
  mayDiscard,
  replaceCommand,
  sendAgain,
  undoDiscard,
} from "../../../src/device/outbox/resolve.ts";
import { segmentEvents } from "../../../src/device/streams/log.ts";
import { countOrders } from "../../../src/device/views/queries.ts";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { isOpen, type OrderState } from "../../../src/domain/order/order-state.ts";
import { customerStream, orderStream, type StreamKey } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { countedByRows } from "../../device/support/a-device.ts";
import { aCustomer, aHeader, aLine } from "../../domain/builders.ts";
import type { Action } from "./plan.ts";
import { closeTab, openTab, save } from "./virtual-device.ts";
import { worldNowMs } from "./virtual-time.ts";
import { finderOf, standingOf, waitingOf } from "./what-is-there.ts";
import { count, type Tab, type VirtualDevice, type World } from "./world.ts";

/** What is at a share of a list. */
export const at = <Item>(items: readonly Item[], share: number): Item | undefined =>
  items[Math.min(items.length - 1, Math.floor(share * items.length))];

/** What a person does. */
export async function work(
  world: World,
  device: VirtualDevice,
  tab: Tab | undefined,
  action: Action,
): Promise<void> {
  const { type, b, c } = action;
  const say = (stream: StreamKey, command: KnownCommand, id?: string) =>
    tab === undefined
      ? undefined
      : save(world, device, tab, { stream, command, ...(id === undefined ? {} : { id }) });
  const order = async () => (tab === undefined ? undefined : anOrder(tab, b));
  switch (type) {
    case "start-order":
      if (tab !== undefined) await startOrder(world, device, tab);
      return;
    case "add-line": {
      const found = await order();
      if (found !== undefined) await say(found.stream, anotherLine(c));
      return;
    }
    case "double-tap":
    case "two-tabs-save": {
      const found = await order();
      if (found === undefined) return;
      const id = type === "double-tap" ? newId() : undefined;
      const other = type === "double-tap" ? tab : at(device.tabs, c);
      const first = say(found.stream, anotherLine(c), id);
      const second = other === undefined ? undefined : { stream: found.stream, command: anotherLine(c) };
      const again =
        other === undefined || second === undefined
          ? undefined
          : await save(world, device, other, id === undefined ? second : { ...second, id });
      for (const handled of [await first, again]) {
        const another = handled?.outcome === "saved" && id !== undefined && handled.commandId !== id;
        if (another) world.seen.push(`${device.name}: two taps on one form are two commands`);
      }
      count(world, type);
      return;
    }
    case "tap-again": {
      const saved = at(
        world.saved.filter(({ profile, stream }) => profile === device.name && stream.startsWith("order/")),
        c,
      );
      if (saved === undefined) return;
      count(world, type);
      await say(saved.stream as StreamKey, anotherLine(c), saved.id);
      return;
    }
    case "change-quantity":
    case "remove-line": {
      const found = await order();
      const line = at(found?.lines ?? [], c);
      if (found === undefined || line === undefined) return;
      const { lineId, quantity } = line;
      const set = {
        type: "set-quantity",
        data: { lineId, from: quantity, to: 1 + Math.floor(b * 50) },
      } as const;
      await say(found.stream, type === "remove-line" ? { type, data: { lineId } } : set);
      return;
    }
    case "note":
    case "change-header": {
      const found = await order();
      if (found === undefined) return;
      const field = type === "note" ? "note" : "reference";
      const changes = { [field]: { from: found[field], to: `${field} ${Math.floor(c * 1000)}` } };
      await say(found.stream, { type: "change-order-details", data: { changes } });
      return;
    }
    case "place": {
      const found = await order();
      if (found !== undefined) await say(found.stream, { type: "place-order", data: {} });
      return;
    }
    case "ship": {
      const found = await order();
      if (found !== undefined)
        await say(found.stream, { type: "ship-order", data: { shippedOn: "2026-01-09" } });
      return;
    }
    case "cancel": {
      const found = await order();
      if (found !== undefined) await say(found.stream, { type: "cancel-order", data: { note: "changed" } });
      return;
    }
    case "save-customer": {
      const n = Math.floor(c * 4);
      const stream = customerStream(`00000000-0000-4000-8000-00000000c00${n}`);
      const fields = { code: `CUST${n}`, company: `Café ${n}`, phone: `${Math.floor(b * 9)}` };
      const seen = await tab?.device?.db.streams.get(stream);
      if (seen === undefined) await say(stream, { type: "add-customer", data: aCustomer(fields) });
      else await say(stream, { type: "import-customer", data: { fields } });
      return;
    }
    case "count-stock":
      await say("stock/TEA-1" as StreamKey, {
        type: "count-stock",
        data: { sku: "TEA-1", quantity: Math.floor(c * 90) },
      });
      return;
    case "resolve":
      if (tab !== undefined) await resolveOne(world, device, tab, b, c);
      return;
    case "look":
      if (tab !== undefined) await look(world, device, tab);
      return;
    case "open-tab":
      if (device.tabs.length < 3) await openTab(world, device);
      return;
    case "close-tab":
      if (tab !== undefined && device.tabs.length > 1) closeTab(device, tab);
      return;
    default:
      throw new Error(`no such work: ${type}`);
  }
}

/** Somebody begins an order. */
export async function startOrder(world: World, device: VirtualDevice, tab: Tab): Promise<void> {
  await save(world, device, tab, {
    stream: orderStream(newId()),
    command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
  });
}

const anotherLine = (c: number): KnownCommand => ({
  type: "add-line",
  data: aLine(1 + Math.floor(c * 9), { lineId: newId(), quantity: 1 + Math.floor(c * 5) }),
});

/** One of the orders that this tab shows as open, the newest rather than others. */
async function anOrder(tab: Tab, share: number) {
  const rows = (await tab.device?.db.streams.where("key").startsWith("order/").toArray()) ?? [];
  const open = rows.flatMap((row) => {
    const state = (row.pending ?? row.confirmed).state as OrderState;
    return isOpen(state) ? [{ ...state, stream: row.key as StreamKey }] : [];
  });
  return at(open.slice(-6), share);
}

/**
 * Somebody looks, at any moment, whether all that was saved is still there, in the outbox or in the log, and whether the
 * orders are as many as the list says.
 */
export async function look(world: World, device: VirtualDevice, tab: Tab): Promise<void> {
  const { db } = tab.device ?? {};
  if (db === undefined) return;
  const atMs = worldNowMs();
  const { outbox, segments, lost, said, rows } = await db.transaction(
    "r",
    [db.outbox, db.log, db.meta, db.resupply, db.streams, db.sums],
    async () => ({
      said: await countOrders(db),
      rows: await countedByRows({ db }),
      outbox: await db.outbox.toArray(),
      lost: await db.resupply.toArray(),
      segments: await db.log.toArray(),
    }),
  );
  count(world, "look");
  if (said !== undefined && JSON.stringify(said) !== JSON.stringify(rows))
    world.seen.push(
      `${device.name}: the list says ${JSON.stringify(said)}, its rows ${JSON.stringify(rows)}`,
    );
  const waiting = [...outbox, ...lost.flatMap(({ events }) => events.slice(0, 1)).map(waitingOf)];
  const isThere = finderOf(standingOf(segments.flatMap(segmentEvents)), waiting, device.storage.outbox);
  // A form that outlived its disk may be tapped again: the server has had it, and this log may begin with states after it.
  const excused = new Set(world.saved.filter((one) => one.excused === true).map(({ id }) => id));
  const missing = world.saved.find(
    (one) => one.profile === device.name && one.atMs < atMs && !excused.has(one.id) && !isThere(one),
  );
  if (missing !== undefined)
    world.seen.push(`${device.name}: what was saved is not to be seen: ${JSON.stringify(missing)}`);
}

async function resolveOne(world: World, profile: VirtualDevice, tab: Tab, b: number, c: number) {
  const { device } = tab;
  if (device === undefined) return;
  if (c < takesBackBelow) return takeBack(world, profile, tab, b);
  const rows = await device.db.outbox.where("state").anyOf(["parked", "discarded", "held"]).toArray();
  const row = at(rows, b);
  if (row === undefined) return;
  if (row.state === "discarded") {
    if (row.replacedBy !== undefined || c >= 0.3) return;
    world.takenBack.delete(row.traceparent);
    await undoDiscard(device, row.seq);
    return;
  }
  if (!mayDiscard(row)) return;
  count(world, "resolve");
  world.discarded.add(row.id);
  if (c < 0.4) await discardCommand(device, row.seq);
  else {
    const handled =
      c < 0.7 ? await sendAgain(device, row.seq) : await replaceCommand(device, row.seq, row.command);
    if (handled.outcome !== "saved") return;
    const { commandId: id, seq } = handled;
    world.saved.push({
      profile: profile.name,
      id,
      stream: row.stream,
      seq,
      atMs: worldNowMs(),
    });
  }
}

/** The share of decisions that are about what waits to be sent. */
const takesBackBelow = 0.1;

/** Takes back what waits to be sent, where the device says that it may: then it is on no way to the server. */
async function takeBack(world: World, profile: VirtualDevice, { device }: Tab, b: number): Promise<void> {
  if (device === undefined) return;
  const row = at(await device.db.outbox.where("state").equals("pending").toArray(), b);
  if (row === undefined) return;
  world.discarded.add(row.id);
  if ((await discardCommand(device, row.seq)) !== "done") return;
  count(world, "take-back");
  if (!world.copied.has(profile.name)) world.takenBack.set(row.traceparent, profile.name);
}
