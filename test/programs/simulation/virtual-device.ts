import { createDatabase } from "../../../src/device/create-device.ts";
import { openCurrentDevice } from "../../../src/device/open-device.ts";
import { type CommandInput, type Handled, handleCommand } from "../../../src/device/outbox/handle-command.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { takeIdentity } from "../../../src/device/storage/identity.ts";
import { addWorkspace } from "../../../src/device/storage/registry.ts";
import type { Identity } from "../../../src/device/storage/rows.ts";
import type { Role } from "../../../src/domain/role.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { SyncWorld } from "../../../src/sync/contexts/browser-world.ts";
import { onWake } from "../../../src/sync/contexts/on-wake.ts";
import { makeServerCalls, type ServerCalls } from "../../../src/sync/contexts/server-calls.ts";
import { type Syncing, startSync } from "../../../src/sync/contexts/start-sync.ts";
import { someSettings } from "../../device/support/a-device.ts";
import { asksTooOften } from "./asked-too-often.ts";
import { goodLink, type Link, overLink } from "./link.ts";
import {
  type Context,
  contextTimer,
  electionPorts,
  inContext,
  killContext,
  makeContext,
  makeProfile,
  type Profile,
} from "./virtual-browser.ts";
import { deviceRow, type VirtualServer } from "./virtual-server.ts";
import { killConnections, makeStorage, type VirtualStorage } from "./virtual-storage.ts";
import { after, worldLuck, worldNowMs } from "./virtual-time.ts";

/** What happened, for the checker and for people: in the world's time. */
export interface SavedCommand {
  /** The profile that it was saved in: a browser's, whatever identity that had. */
  readonly profile: string;
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly atMs: number;
  readonly orderNumber?: string;
  /** What it booked in from a delivery note: its id derives from the note, and another device may have another figure. */
  readonly quantity?: number;
  /** It was on a disk that was lost or set back since: whatever had not been sent by then is gone, and not by us. */
  excused?: boolean;
}

/**
 * A lineage that loses its access: its devices, when its role changed and when its access ended (ms of the world; absent
 * where neither happened, or a restore has undone it), and what it could still do after that.
 */
export interface LostPhone {
  readonly devices: Set<string>;
  demotedMs?: number | undefined;
  revokedMs?: number | undefined;
  readonly trespasses: string[];
}

/** The world that a device lives in. */
export interface World {
  readonly server: VirtualServer;
  readonly devices: VirtualDevice[];
  readonly saved: SavedCommand[];
  /** Ids of commands that a person took back or replaced. */
  readonly discarded: Set<string>;
  readonly errors: string[];
  /** What somebody who looked found missing. */
  readonly seen: string[];
  readonly lostPhones: LostPhone[];
  /** What the thief was refused on streams that only it writes to, by the id that it spent, as canonical JSON: nobody else may hear it. */
  readonly refusedToThief: Map<string, string>;
  /** Somebody looks between two exchanges, when half of something might be seen. */
  lookBetween: (device: VirtualDevice) => void;
  /** How often each fault really fired. */
  readonly fired: Map<string, number>;
  readonly notes: string[];
  lossOfHints: number;
}

export const count = (world: World, fault: string, times = 1) =>
  void world.fired.set(fault, (world.fired.get(fault) ?? 0) + times);

/** One tab, with the real device code and the real sync of a page. */
export interface Tab {
  readonly context: Context;
  device: Device | undefined;
  syncing: Syncing | undefined;
}

/** One browser profile: a disk, tabs, a service worker and a way to the server. */
export interface VirtualDevice {
  readonly name: string;
  storage: VirtualStorage;
  profile: Profile;
  tabs: Tab[];
  worker: Context | undefined;
  skewMs: number;
  readonly link: Link;
  wakeAsked: boolean;
  wakeTries: number;
  wakeDue: boolean;
  readonly online: Set<() => void>;
  /** Who waits for an answer of the server. */
  readonly inFlight: Set<unknown>;
  readonly role: Role;
  /** The next context that asks the server is frozen while the answer is on its way. */
  freezeNext: boolean;
  /** An older state of its disk. */
  copy: { readonly storage: VirtualStorage; readonly atMs: number } | undefined;
}

/** Puts a device on its disk that has joined by its owner's leave; opens nothing. */
export async function joinDevice(world: World, role: Role, reuse?: VirtualDevice): Promise<VirtualDevice> {
  const { server } = world;
  const code = server.nextCode();
  const name = reuse?.name ?? `${role}-${code}`;
  const id = newId();
  const token = `${name}-${code}-${"x".repeat(43)}`.slice(0, 43);
  await server.addDevice(deviceRow(id, code, name, role, token));
  const identity: Identity = {
    deviceId: id,
    code,
    deviceName: name,
    workspaceId: server.workspace,
    workspaceName: someSettings.name,
    joined: { token, role, origin: "https://docket.test" },
  };
  const device = reuse ?? emptyDevice(name, role);
  await createDatabase(`docket-${id}`, identity, device.storage);
  const entry = { id: server.workspace, name: someSettings.name, database: `docket-${id}` };
  await addWorkspace(entry, device.storage);
  if (reuse === undefined) world.devices.push(device);
  return device;
}

/**
 * The server does not know the device any more, because it was restored from a backup that is older: a person joins
 * it again by an invite, and goes on with all that is here.
 */
export async function joinAgain(world: World, device: VirtualDevice): Promise<void> {
  const { server } = world;
  const opened = device.tabs.find((tab) => tab.device !== undefined)?.device;
  if (opened === undefined) return;
  const [id, code] = [newId(), server.nextCode()];
  const token = `${device.name}-${code}-${"x".repeat(43)}`.slice(0, 43);
  await server.addDevice(deviceRow(id, code, device.name, device.role, token));
  const { name, role } = device;
  await takeIdentity(opened.db, { id, code, name, role, token, origin: "https://docket.test" });
  count(world, "joined-again");
}

export function emptyDevice(name: string, role: Role): VirtualDevice {
  return {
    name,
    storage: makeStorage(),
    profile: makeProfile(),
    tabs: [],
    worker: undefined,
    skewMs: 0,
    link: goodLink(),
    wakeAsked: false,
    wakeTries: 0,
    wakeDue: false,
    online: new Set(),
    inFlight: new Set(),
    role,
    freezeNext: false,
    copy: undefined,
  };
}

/** Opens a tab: the app starts, as in a page. */
export async function openTab(world: World, device: VirtualDevice): Promise<Tab> {
  const context = makeContext(`${device.name}/tab`);
  const tab: Tab = { context, device: undefined, syncing: undefined };
  device.tabs.push(tab);
  try {
    const opened = await openCurrentDevice(device.storage, () => worldNowMs() + device.skewMs);
    if (!context.alive) opened?.close();
    else if (opened !== undefined) {
      tab.device = opened;
      tab.syncing = startSync(opened, tabWorld(world, device, context));
    }
  } catch (error) {
    // The browser refused its storage: the page says so, and a person opens it again.
    world.notes.push(`${device.name}: a tab did not open: ${String(error)}`);
    closeTab(device, tab);
  }
  return tab;
}

/** Closes a tab as a person does. */
export function closeTab(device: VirtualDevice, tab: Tab): void {
  device.tabs = device.tabs.filter((other) => other !== tab);
  tab.syncing?.stop();
  killContext(device.profile, tab.context);
  tab.device?.close();
}

/** Kills the whole browser at this moment. */
export function crash(device: VirtualDevice): void {
  device.inFlight.clear();
  for (const tab of device.tabs) {
    killContext(device.profile, tab.context);
    tab.device?.close();
    // It is dead and reaches nothing any more; but this process would follow its live queries for ever.
    tab.syncing?.stop();
  }
  device.tabs = [];
  if (device.worker !== undefined) killContext(device.profile, device.worker);
  device.worker = undefined;
  device.online.clear();
  killConnections(device.storage);
}

function tabWorld(world: World, device: VirtualDevice, context: Context): SyncWorld {
  const clockMs = () => worldNowMs() + device.skewMs;
  return {
    ...wayToServer(world, device, context),
    nowMs: clockMs,
    luck: worldLuck,
    report: (error) => {
      if (context.alive) world.errors.push(`${context.name} reported: ${describe(error)}`);
    },
    setTimer: (delayMs, ring) => contextTimer(context, delayMs, ring),
    election: { ...electionPorts(device.profile, context), nowMs: clockMs },
    startHints: (_opened, heard) => {
      const hear = (head: number) => {
        if (device.link.up && worldLuck() >= world.lossOfHints)
          after(
            30,
            inContext(context, () => heard(head)),
          );
        else count(world, "hint-lost");
      };
      world.server.listeners.add(hear);
      return { stop: () => void world.server.listeners.delete(hear) };
    },
    askForWake: async () => {
      device.wakeAsked = true;
      device.wakeTries = 0;
      scheduleWake(world, device);
      return true;
    },
    askForPeriodicWakes: async () => false,
    onOnline: (wake) => {
      const listener = inContext(context, wake);
      device.online.add(listener);
      return () => void device.online.delete(listener);
    },
  };
}

/** What a context can ask of the server, over this device's link: the real calls of a device. */
function wayToServer(world: World, device: VirtualDevice, context: Context): ServerCalls {
  const { server } = world;
  const ask = (...asked: Parameters<typeof fetch>): Promise<Response> =>
    new Promise((resolve, reject) => {
      const counted = (fault: string) => count(world, fault);
      if (device.freezeNext) {
        device.freezeNext = false;
        context.frozen = true;
        count(world, "frozen-in-flight");
      }
      device.inFlight.add(resolve);
      const node = worldLuck() < 0.5 ? 0 : 1;
      const ended = (tell: () => void) => {
        device.inFlight.delete(resolve);
        inContext(context, tell)();
      };
      overLink(device.link, worldLuck, counted, () => server.ask(node, ...asked)).then(
        (response) => ended(() => resolve(response)),
        (error: unknown) => ended(() => reject(error)),
      );
    });
  const calls = makeServerCalls(() => worldNowMs() + device.skewMs, ask);
  return {
    post: (identity, request) => {
      if (asksTooOften(device, request, worldNowMs()))
        world.errors.push(`${device.name} asks for the same thing over and over, with nothing to send`);
      if (worldLuck() < 0.1) world.lookBetween(device);
      return calls.post(identity, request);
    },
    handOver: calls.handOver,
    askStates: (...asked) => {
      count(world, "states-asked");
      return calls.askStates(...asked);
    },
    askChain: (...asked) => {
      count(world, "history-changed");
      return calls.askChain(...asked);
    },
    giveBack: (...asked) => {
      count(world, "given-back");
      return calls.giveBack(...asked);
    },
    askSuccessor: (...asked) => {
      count(world, "successor");
      return calls.askSuccessor(...asked);
    },
  };
}

/** How long the browser waits before it wakes the worker again after a wake that failed. */
const wakeAgainMs = 300_000;

/** Background Sync: fires when there is a network, three times at most, and then waits to be asked again. */
export function scheduleWake(world: World, device: VirtualDevice): void {
  if (!device.wakeAsked || device.wakeDue || !device.link.up) return;
  device.wakeDue = true;
  after(device.wakeTries === 0 ? 1_000 : wakeAgainMs * device.wakeTries, () => {
    device.wakeDue = false;
    if (!device.wakeAsked || !device.link.up || device.worker !== undefined) return;
    const context = makeContext(`${device.name}/worker`);
    device.worker = context;
    count(world, "worker-wake");
    const ended = (left: boolean) =>
      inContext(context, () => {
        killContext(device.profile, context);
        device.worker = undefined;
        device.wakeTries += 1;
        device.wakeAsked = left && device.wakeTries < 3;
        scheduleWake(world, device);
      });
    const clockMs = () => worldNowMs() + device.skewMs;
    onWake(undefined, device.storage, {
      ...wayToServer(world, device, context),
      nowMs: clockMs,
      election: { ...electionPorts(device.profile, context), nowMs: clockMs },
    }).then(
      () => ended(false)(),
      () => ended(true)(),
    );
  });
}

/** A person saves something in a tab. Only what that tab could show counts as said. */
export async function save(
  world: World,
  device: VirtualDevice,
  tab: Tab,
  input: CommandInput,
  quantity?: number,
): Promise<Handled | undefined> {
  const opened = tab.device;
  if (opened === undefined || !tab.context.alive || tab.context.frozen) return undefined;
  try {
    const handled = await handleCommand(opened, input);
    if (!tab.context.alive) return undefined;
    if (handled.outcome === "saved") {
      const { commandId: id, seq, orderNumber } = handled;
      const numbered = orderNumber === undefined ? {} : { orderNumber };
      const booked = quantity === undefined ? {} : { quantity };
      world.saved.push({
        profile: device.name,
        id,
        stream: input.stream,
        seq,
        atMs: worldNowMs(),
        ...numbered,
        ...booked,
      });
    } else if (handled.outcome === "not-saved") {
      count(world, `not-saved:${handled.why}`);
    }
    return handled;
  } catch (error) {
    if (tab.context.alive) world.errors.push(`${device.name} threw while saving: ${describe(error)}`);
    return undefined;
  }
}

export function describe(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" | ")
    : String(error);
}
