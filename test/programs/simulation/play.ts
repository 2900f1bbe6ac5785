// Dexie has live queries only where there is a global IndexedDB, even if each database brings its own.
import "fake-indexeddb/auto";
import { IDBTransaction } from "fake-indexeddb";
import { type Action, makePlan } from "./plan.ts";
import { runPlan } from "./run-seed.ts";
import { shrink } from "./shrink.ts";
import { installStorageHooks } from "./virtual-storage.ts";

/** One seed's result as it goes from a worker to whoever asked. */
export interface Played {
  readonly seed: number;
  readonly violations: readonly { readonly law: string; readonly what: string }[];
  readonly fired: readonly (readonly [string, number])[];
  readonly checks: number;
  readonly events: number;
  readonly saved: number;
  readonly actions: number;
  readonly virtualMs: number;
  readonly quietMs?: number;
  readonly notes: readonly string[];
}

installStorageHooks(IDBTransaction);

/** Plays one seed. */
export async function play(seed: number): Promise<Played> {
  const plan = makePlan(seed);
  const result = await runPlan(plan);
  return { ...result, fired: [...result.fired], actions: plan.actions.length };
}

/** The shortest history found for a seed that breaks a law. */
export async function shortest(seed: number, law: string): Promise<readonly Action[]> {
  return (await shrink(makePlan(seed), law)).plan.actions;
}
