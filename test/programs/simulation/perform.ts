import { breakSomething } from "./faults.ts";
import { type Action, isWork } from "./plan.ts";
import { at, work } from "./work.ts";
import { describe, type World } from "./world.ts";

/** Does one action of a plan, to its end or to the death of where it was done. */
export async function perform(world: World, action: Action): Promise<void> {
  const device = at(world.devices, action.who);
  if (device === undefined) return;
  const tab = at(device.tabs, action.a);
  try {
    if (isWork(action.type)) await work(world, device, tab, action);
    else breakSomething(world, device, tab, action);
  } catch (error) {
    // A query that failed because its tab was closed or its disk broke is what the fault is about.
    world.notes.push(`${action.type} on ${device.name}: ${describe(error)}`);
  }
}
