import { createDatabase } from "../../../src/device/create-device.ts";
import { openCurrentDevice } from "../../../src/device/open-device.ts";
import { type CommandInput, type Handled, handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { partsAtHand } from "../../../src/device/parts-at-hand.ts";
import { takeIdentity } from "../../../src/device/storage/identity.ts";
import { addWorkspace } from "../../../src/device/storage/registry.ts";
import type { Identity } from "../../../src/device/storage/rows.ts";
import type { Role } from "../../../src/domain/role.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { startSync } from "../../../src/sync/contexts/start-sync.ts";
import { someSettings } from "../../device/support/a-device.ts";
import { goodLink } from "./link.ts";
import { killContext, makeContext, makeProfile } from "./virtual-browser.ts";
import { deviceRow } from "./virtual-server.ts";
import { killConnections, makeStorage } from "./virtual-storage.ts";
import { worldNowMs } from "./virtual-time.ts";
import { tabWorld } from "./way-to-server.ts";
import { count, describe, type Tab, type VirtualDevice, type World } from "./world.ts";

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
    const opened = await openCurrentDevice(device.storage, () => worldNowMs() + device.skewMs, partsAtHand);
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
