import { forceCloseDatabase } from "fake-indexeddb";
import {
  discardCommand,
  mayDiscard,
  replaceCommand,
  sendAgain,
  undoDiscard,
} from "../../src/device/resolve.ts";
import type { KnownCommand } from "../../src/domain/kinds.ts";
import { isOpen, type OrderState } from "../../src/domain/order/order-state.ts";
import { customerStream, orderStream, type StreamKey } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { aCustomer, aHeader, aLine } from "../domain/builders.ts";
import type { Action } from "./plan.ts";
import { contextTimer, thaw } from "./virtual-browser.ts";
import {
  closeTab,
  count,
  crash,
  describe,
  openTab,
  save,
  scheduleWake,
  type Tab,
  type VirtualDevice,
  type World,
} from "./virtual-device.ts";
import { goodLink } from "./virtual-server.ts";
import { after, worldNowMs } from "./virtual-time.ts";

/** Does one action of a plan, to its end or to the death of where it was done. */
export async function perform(world: World, action: Action): Promise<void> {
  const device = at(world.devices, action.who);
  if (device === undefined) return;
  const tab = at(device.tabs, action.a);
  try {
    await doAction(world, device, tab, action);
  } catch (error) {
    // A query that failed because its tab was closed or its disk broke is what the fault is about.
    world.notes.push(`${action.type} on ${device.name}: ${describe(error)}`);
  }
}

const at = <Item>(items: readonly Item[], share: number): Item | undefined =>
  items[Math.min(items.length - 1, Math.floor(share * items.length))];

async function doAction(
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
      if (other !== undefined && second !== undefined)
        await save(world, device, other, id === undefined ? second : { ...second, id });
      await first;
      count(world, type);
      return;
    }
    case "tap-again": {
      const saved = at(
        world.saved.filter(
          ({ device: by, stream }) => by === tab?.device?.identity().deviceId && stream.startsWith("order/"),
        ),
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
      if (found !== undefined) await say(found.stream, { type: "cancel-order", data: { reason: "changed" } });
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
      if (tab !== undefined) await resolveOne(world, tab, b, c);
      return;
    case "open-tab":
      if (device.tabs.length < 3) await openTab(world, device);
      return;
    case "close-tab":
      if (tab !== undefined && device.tabs.length > 1) closeTab(device, tab);
      return;
    default:
      breakSomething(world, device, tab, action);
  }
}

async function startOrder(world: World, device: VirtualDevice, tab: Tab): Promise<void> {
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

async function resolveOne(world: World, tab: Tab, b: number, c: number): Promise<void> {
  const { device } = tab;
  if (device === undefined) return;
  const rows = await device.db.outbox.where("state").anyOf(["parked", "discarded", "held"]).toArray();
  const row = at(rows, b);
  if (row === undefined) return;
  if (row.state === "discarded") {
    if (row.replacedBy === undefined && c < 0.3) await undoDiscard(device, row.seq);
    return;
  }
  if (!mayDiscard(row)) return;
  count(world, "resolve");
  if (c < 0.4) await discardCommand(device, row.seq);
  else {
    const handled =
      c < 0.7 ? await sendAgain(device, row.seq) : await replaceCommand(device, row.seq, row.command);
    if (handled.outcome !== "saved") return;
    const { commandId: id, seq } = handled;
    world.saved.push({
      device: device.identity().deviceId,
      id,
      stream: row.stream,
      seq,
      atMs: worldNowMs(),
      replacing: true,
    });
  }
}

const bad = (share: number) => 0.1 + share * 0.6;

function breakSomething(world: World, device: VirtualDevice, tab: Tab | undefined, action: Action): void {
  const { type, b, c } = action;
  const { link } = device;
  const fires = () => count(world, type);
  switch (type) {
    case "go-offline":
      fires();
      link.up = false;
      return;
    case "come-online":
      fires();
      comeOnline(world, device);
      return;
    case "online-lies":
      fires();
      for (const wake of [...device.online]) wake();
      return;
    case "bad-link":
      fires();
      Object.assign(link, {
        loseRequest: bad(b) / 2,
        loseAnswer: bad(c) / 2,
        cutAnswer: bad(b * c) / 2,
        twice: 0.3,
      });
      return;
    case "flapping-link":
      fires();
      for (let turn = 1; turn <= 100; turn += 1) {
        after(turn * 200, () => {
          link.up = turn % 2 === 0;
          if (link.up) comeOnline(world, device);
        });
      }
      return;
    case "captive-portal":
      fires();
      link.foreign = 1;
      after(10_000 + b * 60_000, () => {
        link.foreign = 0;
      });
      return;
    case "server-busy":
      fires();
      for (const other of world.devices) other.link.busy = bad(b);
      return;
    case "late-link":
      fires();
      Object.assign(link, { delayMs: 90_000 * b, twice: 0.5 });
      return;
    case "lose-hints":
      fires();
      world.lossOfHints = b;
      return;
    case "crash-browser":
      fires();
      crash(device);
      reopenLater(world, device, c);
      return;
    case "crash-while-saving": {
      let left = 1 + Math.floor(b * 12);
      device.storage.onRequest = () => {
        left -= 1;
        if (left > 0) return;
        device.storage.onRequest = undefined;
        fires();
        crash(device);
        reopenLater(world, device, c);
      };
      if (tab !== undefined) startOrder(world, device, tab).catch(() => {});
      return;
    }
    case "freeze-tab":
      if (tab === undefined) return;
      fires();
      tab.context.frozen = true;
      return;
    case "thaw-tab":
      fires();
      for (const { context } of device.tabs) if (context.frozen) thaw(context);
      return;
    case "hide-tab":
      if (tab === undefined) return;
      fires();
      tab.context.hidden = true;
      return;
    case "close-all-tabs":
      fires();
      for (const open of [...device.tabs]) closeTab(device, open);
      reopenLater(world, device, c);
      return;
    default:
      breakDiskOrServer(world, device, tab, action);
  }
}

function breakDiskOrServer(world: World, device: VirtualDevice, tab: Tab | undefined, action: Action): void {
  const { type, b, c } = action;
  const { storage } = device;
  const fires = () => count(world, type);
  switch (type) {
    case "abort-commit": {
      let left = Math.floor(b * 6);
      storage.onCommit = () => {
        left -= 1;
        if (left > 0) return undefined;
        storage.onCommit = undefined;
        fires();
        return "UnknownError";
      };
      return;
    }
    case "disk-full":
      storage.onCommit = () => {
        fires();
        return "QuotaExceededError";
      };
      after(5_000 + b * 60_000, () => {
        storage.onCommit = undefined;
      });
      return;
    case "connection-dies": {
      const connection = tab?.device?.db.backendDB();
      if (connection === undefined) return;
      fires();
      forceCloseDatabase(connection as unknown as Parameters<typeof forceCloseDatabase>[0]);
      return;
    }
    case "clock-jumps":
      fires();
      device.skewMs = (b - 0.5) * 6 * 365 * 24 * 3_600_000;
      return;
    case "server-crash-before":
      world.server.crashNext("before-commit");
      return;
    case "server-crash-after":
      world.server.crashNext("after-commit");
      return;
    case "poison-command": {
      const saved = at(world.saved.slice(-5), b);
      if (saved === undefined) return;
      fires();
      world.server.poison.add(saved.id);
      return;
    }
    case "reduce-role": {
      const id = tab?.device?.identity().deviceId;
      if (id === undefined || device === world.devices[0]) return;
      fires();
      world.server.changeDevice(id, { role: c < 0.5 ? "warehouse" : "rep" }).catch(() => {});
      return;
    }
    default:
      throw new Error(`no such action: ${type}`);
  }
}

/** The network is there again, and the browser says so. */
export function comeOnline(world: World, device: VirtualDevice): void {
  Object.assign(device.link, goodLink());
  for (const wake of [...device.online]) wake();
  scheduleWake(world, device);
}

function reopenLater(world: World, device: VirtualDevice, share: number): void {
  after(1_000 + share * 240_000, () => {
    if (device.tabs.length === 0) openTab(world, device).catch(() => {});
  });
}

/** All faults end, at this moment: from here on L8 counts. */
export async function heal(world: World): Promise<void> {
  world.lossOfHints = 0;
  world.server.poison.clear();
  for (const device of world.devices) {
    device.storage.onCommit = undefined;
    device.storage.onRequest = undefined;
    for (const { context } of device.tabs) {
      context.hidden = false;
      if (context.frozen) thaw(context);
    }
    if (device.tabs.length === 0) await openTab(world, device);
    comeOnline(world, device);
    // A person looks at it: the page wakes its sync, as it does whenever it is seen again.
    for (const tab of device.tabs) contextTimer(tab.context, 0, () => tab.syncing?.wake());
  }
}
