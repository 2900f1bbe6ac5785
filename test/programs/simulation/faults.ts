import { forceCloseDatabase } from "fake-indexeddb";
import { mayAskAgain } from "./asked-too-often.ts";
import { goodLink } from "./link.ts";
import type { Action } from "./plan.ts";
import { thaw } from "./virtual-browser.ts";
import { closeTab, crash, emptyDevice, joinDevice, openTab } from "./virtual-device.ts";
import { makeStorage, restoreStorage, wipeStorage } from "./virtual-storage.ts";
import { after, worldNowMs } from "./virtual-time.ts";
import { scheduleWake } from "./way-to-server.ts";
import { at, startOrder } from "./work.ts";
import { count, describe, type Tab, type VirtualDevice, type World } from "./world.ts";

const bad = (share: number) => 0.1 + share * 0.6;

export function breakSomething(
  world: World,
  device: VirtualDevice,
  tab: Tab | undefined,
  action: Action,
): void {
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
      sayOnline(device);
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
      // The server may have stored what this device never hears of.
      if (device.inFlight.size > 0) count(world, "crash-in-flight");
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
      if (b < 0.5) tab.context.frozen = true;
      else device.freezeNext = true;
      // Somebody goes on in another tab.
      if (device.tabs.length < 3) openTab(world, device).catch(() => {});
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
      const connection: IDBDatabase | null | undefined = tab?.device?.db.backendDB();
      if (!connection) return;
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
    case "back-up-server":
      fires();
      world.server.backUp();
      return;
    case "restore-server":
      if (world.server.restore()) fires();
      return;
    case "copy-disk":
      fires();
      device.copy = { storage: makeStorage(storage), atMs: worldNowMs() };
      return;
    case "set-disk-back":
      if (device.copy === undefined) return;
      fires();
      setBack(world, device, device.copy, c);
      return;
    case "clone-profile":
      if (cloneProfile(world, device)) fires();
      return;
    case "clear-site-data":
      // An owner's data that is gone needs the setup code again, which is another story.
      if (device.role === "owner") return;
      fires();
      clearSite(world, device, c);
      return;
    default:
      throw new Error(`no such action: ${type}`);
  }
}

/** The network is there again, and the browser says so. */
export function comeOnline(world: World, device: VirtualDevice): void {
  Object.assign(device.link, goodLink());
  sayOnline(device);
  scheduleWake(world, device);
}

/** The browser's event, whether it is true or not. */
function sayOnline(device: VirtualDevice): void {
  mayAskAgain(device);
  for (const wake of [...device.online]) wake();
}

function reopenLater(world: World, device: VirtualDevice, share: number): void {
  after(1_000 + share * 240_000, () => {
    if (device.tabs.length === 0) openTab(world, device).catch(() => {});
  });
}

const devicesMax = 6;

/** The profile's disk is what it was when it was copied; what was saved since is on no disk any more. */
function setBack(
  world: World,
  device: VirtualDevice,
  copy: NonNullable<VirtualDevice["copy"]>,
  c: number,
): void {
  crash(device);
  restoreStorage(device.storage, copy.storage);
  for (const one of world.saved) if (one.profile === device.name && one.atMs >= copy.atMs) one.excused = true;
  forgetTakenBack(world, device);
  reopenLater(world, device, c);
}

/** Two browsers with one identity, as when a profile's folder is copied to another computer. Tells whether there was room. */
export function cloneProfile(world: World, device: VirtualDevice): boolean {
  if (world.devices.length >= devicesMax) return false;
  const twin = emptyDevice(`${device.name}-twin${world.devices.length}`, device.role);
  twin.storage = makeStorage(device.storage);
  for (const { name } of [device, twin]) world.copied.add(name);
  forgetTakenBack(world, device);
  world.devices.push(twin);
  openTab(world, twin).catch(() => {});
  return true;
}

/** The site's data is cleared: the device joins again, as a new one, and the rest comes from the server. */
function clearSite(world: World, device: VirtualDevice, c: number): void {
  crash(device);
  wipeStorage(device.storage);
  device.copy = undefined;
  for (const one of world.saved) if (one.profile === device.name) one.excused = true;
  forgetTakenBack(world, device);
  after(1_000 + c * 60_000, () => {
    if (device.tabs.some((open) => open.device !== undefined)) return;
    joinDevice(world, device.role, device)
      .then(() => openTab(world, device))
      .catch((error: unknown) => world.notes.push(`${device.name} did not join again: ${describe(error)}`));
  });
}

/** Its disk is another one, or not the only one: what was taken back there may wait again. */
function forgetTakenBack(world: World, { name }: VirtualDevice): void {
  for (const [trace, profile] of world.takenBack) if (profile === name) world.takenBack.delete(trace);
}
