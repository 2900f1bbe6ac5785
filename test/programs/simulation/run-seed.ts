import { createDatabase, setUp } from "../../../src/device/create-device.ts";
import { findMeta } from "../../../src/device/storage/meta.ts";
import { addWorkspace } from "../../../src/device/storage/registry.ts";
import { resupplyInState } from "../../../src/device/storage/resupply-rows.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { someSettings } from "../../device/support/a-device.ts";
import { type Checked, check, type Violation } from "./checker.ts";
import { heal } from "./heal.ts";
import { hasLostPhone, startLostPhone } from "./lost-phone.ts";
import { perform } from "./perform.ts";
import type { Action, Plan } from "./plan.ts";
import { hasThief, startThief } from "./thief.ts";
import { crash, emptyDevice, joinDevice, openTab } from "./virtual-device.ts";
import { deviceRow, VirtualServer } from "./virtual-server.ts";
import { forgetStorages } from "./virtual-storage.ts";
import { after, beginWorld, finish, runUntil, worldNowMs } from "./virtual-time.ts";
import { look } from "./work.ts";
import { describe, type VirtualDevice, type World } from "./world.ts";

/**
 * The outcome of one seed. Times in ms of the world; `quietMs`: from the end of all faults to the last outbox at rest;
 * absent where one stays.
 */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly checks: number;
  readonly events: number;
  readonly saved: number;
  readonly virtualMs: number;
  readonly quietMs?: number;
  readonly fired: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

/** The bound of L8. */
const boundMs = 180_000;
/** Where the server goes on failing at some commands: each is tried in ever smaller company until it is found. */
const poisonedBoundMs = 900_000;
/** Longer than the first pause before a held command is tried again. */
const probedMs = 120_000;

/** Plays a plan: chaos, then everything heals, then it must come to rest within the bound and hold every law. */
export async function runPlan(plan: Plan): Promise<SeedResult> {
  beginWorld(plan.seed);
  forgetStorages();
  const world = await makeWorld(plan);
  try {
    return await play(plan, world);
  } catch (error) {
    // Something that people wait for never ends, or what must not throw has thrown.
    const broken = { violations: [{ law: "L8", what: describe(error) }], checks: 0, events: 0 };
    return resultOf(plan, world, broken, [], { virtualMs: 0, quietMs: 0 });
  } finally {
    // What goes on in a world that is over would only slow the next one down.
    for (const device of world.devices) crash(device);
  }
}

async function play(plan: Plan, world: World): Promise<SeedResult> {
  const startedMs = worldNowMs();
  for (const action of plan.actions) {
    after(action.atMs, () => {
      perform(world, action).catch((error: unknown) => world.errors.push(String(error)));
    });
  }
  if (hasLostPhone(plan.seed)) await finish("losing a phone", startLostPhone(world, plan.seed, plan.chaosMs));
  if (hasThief(plan.seed)) await finish("letting a thief in", startThief(world, plan.seed, plan.chaosMs));
  await runUntil(startedMs + plan.chaosMs);
  await finish("healing", heal(world, plan.seed));
  const isPoisoned = world.server.poison.size > 0;
  const quietMs = await untilQuiet(world, isPoisoned ? poisonedBoundMs : boundMs);
  if (isPoisoned) await goOnWorking(world);
  const late = [...(await finish("reading outboxes", whoWaits(world)))];
  // Everybody hears of what the last ones sent, and that the server was restored, and gives back what it lost.
  await untilHeard(world);
  late.push(...(await finish("reading outboxes again", whoWaits(world))));
  const checked = await finish("checking", check(world));
  for (const [point, times] of Object.entries(world.server.crashes)) {
    if (times > 0) world.fired.set(`server-crash-${point.split("-")[0]}`, times);
  }
  const stuck = late.map((what): Violation => ({ law: "L8", what: `${what} after ${boundMs / 1000} s` }));
  const virtualMs = worldNowMs() - startedMs;
  return resultOf(plan, world, checked, stuck, isPoisoned ? { virtualMs } : { virtualMs, quietMs });
}

/** Everybody takes an order while what the server fails at is tried again: all of those reach the server. */
async function goOnWorking(world: World): Promise<void> {
  await runUntil(worldNowMs() + probedMs);
  for (const index of world.devices.keys()) {
    const who = (index + 0.5) / world.devices.length;
    const order: Action = { atMs: 0, type: "start-order", who, a: 0, b: 0, c: 0 };
    await finish("taking an order", perform(world, order));
  }
  await untilQuiet(world, boundMs);
}

function resultOf(
  plan: Plan,
  world: World,
  checked: Checked,
  stuck: readonly Violation[],
  times: { readonly virtualMs: number; readonly quietMs?: number },
): SeedResult {
  const { violations, checks, events } = checked;
  const { fired, notes, saved } = world;
  return {
    seed: plan.seed,
    violations: [...stuck, ...violations],
    checks: checks + world.devices.length,
    events,
    saved: saved.length,
    ...times,
    fired,
    notes,
  };
}

async function makeWorld({ devices, pageEvents }: Plan): Promise<World> {
  const server = new VirtualServer(newId(), pageEvents);
  const world: World = {
    server,
    devices: [],
    saved: [],
    discarded: new Set(),
    takenBack: new Map(),
    copied: new Set(),
    seen: [],
    lostPhones: [],
    refusedToThief: new Map(),
    lookBetween: (device) => {
      const [tab] = device.tabs;
      // A disk that broke shows nothing, which is not what is looked for.
      if (tab !== undefined) look(world, device, tab).catch(() => {});
    },
    errors: [],
    fired: new Map(),
    notes: [],
    lossOfHints: 0,
  };
  const owner = emptyDevice("owner", "owner");
  await finish("beginning", begin(world, owner));
  for (let n = 1; n < devices; n += 1) {
    const device = await finish("joining", joinDevice(world, n === 2 ? "warehouse" : "rep"));
    await finish("opening", openTab(world, device));
  }
  await runUntil(worldNowMs() + 60_000);
  server.backUp();
  return world;
}

async function begin(world: World, owner: VirtualDevice): Promise<void> {
  const { server } = world;
  const [id, token] = [newId(), "o".repeat(43)];
  await server.begin(deviceRow(id, "D1", "owner", "owner", token), someSettings.name);
  const identity = {
    deviceId: id,
    code: "D1",
    deviceName: "owner",
    workspaceId: server.workspace,
    workspaceName: someSettings.name,
    joined: { token, role: "owner", origin: "https://docket.test" },
  } as const;
  const database = `docket-${id}`;
  await createDatabase(database, identity, owner.storage);
  await addWorkspace({ id: server.workspace, name: someSettings.name, database }, owner.storage);
  world.devices.push(owner);
  const tab = await openTab(world, owner);
  if (tab.device === undefined) throw new Error(`expected the owner to open, found ${world.notes.join()}`);
  await setUp(tab.device, server.workspace, someSettings);
}

/**
 * Runs until every outbox is empty, held or parked and what a restored server had lost is given back, and tells how long
 * that took; so long at most.
 */
async function untilQuiet(world: World, mostMs: number): Promise<number> {
  const startedMs = worldNowMs();
  while (worldNowMs() < startedMs + mostMs) {
    if ((await finish("reading outboxes", whoWaits(world))).length === 0) break;
    await runUntil(worldNowMs() + 1_000);
  }
  return worldNowMs() - startedMs;
}

/**
 * Runs until every device has read the whole log, and all states where it begins with them; the bound at most. By its
 * hash: a server that was restored and went on may be at the position that a device has read, with another history.
 */
async function untilHeard(world: World): Promise<void> {
  const endMs = worldNowMs() + boundMs;
  // What began with states has the finished orders only some exchanges later.
  const hashOf = async ({ tabs }: VirtualDevice) => {
    const db = tabs[0]?.device?.db;
    if (db === undefined) return undefined;
    const part = (await findMeta(db, "beginning"))?.part ?? "whole";
    return part === "whole" ? (await findMeta(db, "place"))?.hash : undefined;
  };
  const isHeard = async () => {
    const hash = (await finish("reading the log", world.server.events())).at(-1)?.hash;
    const hashes = await finish("reading positions", Promise.all(world.devices.map(hashOf)));
    if (hashes.some((read) => read !== hash)) return false;
    return (await finish("reading outboxes", whoWaits(world))).length === 0;
  };
  while (worldNowMs() < endMs) {
    if (!(await isHeard())) await runUntil(worldNowMs() + 2_000);
    else {
      // A service that missed a hint looks after 15 s, and may have more to say. Nothing is to come between the last
      // look and the check: a held command that is tried again by then is heard of as well.
      await runUntil(worldNowMs() + 18_000);
      if (await isHeard()) break;
    }
  }
}

async function whoWaits(world: World): Promise<readonly string[]> {
  const waits: string[] = [];
  for (const { name, tabs } of world.devices) {
    const opened = tabs[0]?.device;
    if (opened === undefined) {
      waits.push(`${name} is not open`);
      continue;
    }
    const rows = await opened.db.outbox.where("state").anyOf("pending", "held").toArray();
    // What is held until the rest of the log has come waits for nothing that a person or the server decides.
    const pending = rows.filter(({ state, held }) => state === "pending" || held?.why === "more-to-come");
    const lost = [
      ...(await resupplyInState(opened.db, "waiting").toArray()),
      ...(await resupplyInState(opened.db, "answered").toArray()),
    ];
    if (lost.length > 0)
      waits.push(`${name} has ${lost.length} to give back, such as ${JSON.stringify(lost[0])}`);
    if (pending.length > 0) {
      const status = await opened.db.meta.get("status");
      waits.push(
        `${name} has ${pending.length} pending (${JSON.stringify(status?.value)}): ${JSON.stringify(pending[0])}`,
      );
    }
  }
  return waits;
}
