import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import { readModelOf } from "../../sync/support/a-fleet.ts";
import type { Must } from "./must.ts";
import { describe, type VirtualDevice, type World } from "./world.ts";

/** Same cursor, empty outbox: the same everything, and what is rebuilt is what was kept up to date. */
export async function checkConverged(world: World, log: readonly EventRow[], must: Must): Promise<void> {
  const models: { readonly device: VirtualDevice; readonly model: string; readonly confirmed: string }[] = [];
  for (const device of world.devices) {
    const opened = device.tabs[0]?.device;
    if (opened === undefined) continue;
    try {
      const waiting = await opened.db.outbox.where("state").anyOf(["pending", "held", "parked"]).count();
      const before = await readModelOf(opened);
      const status = (await opened.db.meta.get("status"))?.value;
      const leads = [...device.profile.locks.values()].map(({ holder }) => holder?.context.name ?? "nobody");
      must("L9", before.position === log.length, () => {
        const found = `${device.name} is at ${before.position} of ${log.length}`;
        return `${found}: ${JSON.stringify(status)}, ${leads.join()} leads`;
      });
      await rebuildAll(opened.db);
      const after = await readModelOf(opened);
      // What waits has times that move with each measured clock offset, until the server has recorded it.
      const [kept, again] = waiting === 0 ? [before, after] : [confirmedOf(before), confirmedOf(after)];
      must("L9", same(kept, again), () => `${device.name}: rebuilt differs: ${difference(kept, again)}`);
      // A state that came as such has its members in another order than one that was folded here.
      const confirmed = canonicalJson(confirmedOf(before));
      if (before.position === log.length)
        models.push({ device, confirmed, model: waiting === 0 ? canonicalJson(before) : "" });
    } catch (error) {
      must("L9", false, () => `${device.name} cannot be read: ${describe(error)}`);
    }
  }
  const [first] = models;
  const full = models.find(({ model }) => model !== "");
  for (const { device, confirmed, model } of models) {
    must(
      "L9",
      confirmed === first?.confirmed,
      () => `${device.name} and ${first?.device.name} hold different streams`,
    );
    must(
      "L9",
      model === "" || model === full?.model,
      () =>
        `${device.name} and ${full?.device.name} show different things: ${differenceOf(model, full?.model ?? "")}`,
    );
  }
}

const confirmedOf = ({ streams }: Awaited<ReturnType<typeof readModelOf>>) =>
  streams.filter((row) => row.confirmed.version > 0).map((row) => [row.key, row.confirmed]);

const same = (one: unknown, other: unknown) => canonicalJson(one) === canonicalJson(other);

function difference(one: object, other: object): string {
  return differenceOf(JSON.stringify(one), JSON.stringify(other));
}

function differenceOf(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  return `...${before.slice(Math.max(0, at - 200), at + 200)} <> ...${after.slice(Math.max(0, at - 50), at + 200)}`;
}
