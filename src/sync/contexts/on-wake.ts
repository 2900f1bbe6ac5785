import { DatabaseLost, openWorkspace } from "../../device/open-device.ts";
import { partsAtHand } from "../../device/parts-at-hand.ts";
import type { DeviceStorage } from "../../device/storage/device.ts";
import { listWorkspaces, type WorkspaceEntry } from "../../device/storage/registry.ts";
import { hasPending } from "../../device/views/queries.ts";
import { drain } from "../engine/drain.ts";
import type { ExchangePorts } from "../engine/exchange.ts";
import { browserWorld } from "./browser-world.ts";
import { type ElectionPorts, standIn, type WakeBounds } from "./election.ts";

/** What a wake needs of the world. */
export interface WakeWorld extends ExchangePorts {
  readonly election: ElectionPorts;
}

/** The platform gives a wake three minutes; leave while there is time to close cleanly. */
const wakeMs = 150_000;

/**
 * Syncs every business of this device with no page open, the one it works in first. Rejects while something is left,
 * so that the platform wakes it again, also when `signal` ends it: a worker that is to be replaced must not go on.
 */
export async function onWake(
  signal: AbortSignal = new AbortController().signal,
  storage: DeviceStorage = {},
  world: WakeWorld = browserWorld,
): Promise<void> {
  const deadlineMs = world.nowMs() + wakeMs;
  const bounds = { deadlineMs, signal };
  const entries = (await listWorkspaces(storage)).toSorted((a, b) => Number(b.current) - Number(a.current));
  const results: PromiseSettledResult<boolean>[] = [];
  // One after the other: together they would share the wake's bandwidth and none might get done.
  for (const entry of entries)
    results.push(...(await Promise.allSettled([syncOne(entry, bounds, storage, world)])));
  const broken = results.find((result) => result.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  if (results.every((result) => result.status === "fulfilled" && result.value)) return;
  throw new Error("not everything is sent yet: the platform wakes the app again");
}

async function syncOne(
  entry: WorkspaceEntry,
  bounds: WakeBounds,
  storage: DeviceStorage,
  world: WakeWorld,
): Promise<boolean> {
  const device = await openWorkspace(entry, storage, world.nowMs, partsAtHand).catch(nothingIfLost);
  if (device === undefined) return true;
  try {
    const nothingPending = async () => !(await hasPending(device.db));
    const work = () => drain(device, bounds.deadlineMs, world, bounds.signal);
    return await standIn(device.db.name, bounds, nothingPending, work, world.election);
  } finally {
    device.close();
  }
}

/**
 * Nothing can be sent from a database that is lost, however often the platform wakes the app; the page tells the user.
 */
function nothingIfLost(error: unknown): undefined {
  if (error instanceof DatabaseLost) return undefined;
  throw error;
}
