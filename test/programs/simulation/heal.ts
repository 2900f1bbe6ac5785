import { findMeta } from "../../../src/device/storage/meta.ts";
import { listWorkspaces } from "../../../src/device/storage/registry.ts";
import { comeOnline } from "./faults.ts";
import { goodLink } from "./link.ts";
import { contextTimer, thaw } from "./virtual-browser.ts";
import { closeTab, joinAgain, joinDevice, openTab } from "./virtual-device.ts";
import { worldLuck } from "./virtual-time.ts";
import { count, type World } from "./world.ts";

/**
 * All faults end, at this moment: from here on L8 counts. In some worlds one stays: what a server fails at each time,
 * it may fail at for days (L7).
 */
export async function heal(world: World, seed: number): Promise<void> {
  world.lossOfHints = 0;
  if (seed % 4 !== 3) world.server.poison.clear();
  else if (seed % 8 === 7) await poisonWhatWaits(world);
  if (world.server.poison.size > 0) count(world, "poison-stays");
  for (const device of world.devices) {
    device.storage.onCommit = undefined;
    device.storage.onRequest = undefined;
    device.freezeNext = false;
    for (const { context } of device.tabs) {
      context.hidden = false;
      if (context.frozen) thaw(context);
    }
    // What a person does at a page that does not show the business: opens it again, joins again.
    for (const tab of device.tabs.filter((open) => open.device === undefined)) closeTab(device, tab);
    if (device.tabs.length === 0 && (await listWorkspaces(device.storage)).length === 0)
      await joinDevice(world, device.role, device);
    if (device.tabs.length === 0) await openTab(world, device);
    // As stored: a page hears only a moment later of an identity that sync has drawn.
    const db = device.tabs[0]?.device?.db;
    const stored = db === undefined ? undefined : await findMeta(db, "identity");
    if (!(await world.server.knows(stored?.joined?.token ?? ""))) await joinAgain(world, device);
    if (worldLuck() < 0.4) {
      // Nobody notices: no event of the browser, nobody looks. Its own timers must do.
      count(world, "healed-silently");
      Object.assign(device.link, goodLink());
      continue;
    }
    comeOnline(world, device);
    // A person looks at it: the page wakes its sync, as it does whenever it is seen again.
    for (const tab of device.tabs) contextTimer(tab.context, 0, () => tab.syncing?.wake());
  }
}

/** Also of what waits now the server fails at one: what it failed at before is mostly through already. */
async function poisonWhatWaits(world: World): Promise<void> {
  const stored = new Set((await world.server.events()).map(({ command }) => command));
  const waiting = world.saved.filter(({ id }) => !stored.has(id)).slice(-5);
  const chosen = waiting[Math.floor(worldLuck() * waiting.length)];
  if (chosen !== undefined) world.server.poison.add(chosen.id);
}
