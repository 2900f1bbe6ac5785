import { makeLuck } from "./virtual-time.ts";

/** What people and the world may do. Every number is 0 <= n < 1 and means a share of what is there at that moment. */
export type ActionType = keyof typeof work | keyof typeof faults;

export interface Action {
  readonly atMs: number;
  readonly type: ActionType;
  /** Which device. */
  readonly who: number;
  /** Which tab, which order, which of the choices; what each means is the action's own. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** What people do, by how often. */
const work = {
  "start-order": 8,
  "add-line": 16,
  "change-quantity": 8,
  "remove-line": 3,
  note: 2,
  "change-header": 3,
  place: 5,
  ship: 2,
  cancel: 1,
  "save-customer": 3,
  "count-stock": 1,
  "double-tap": 3,
  "tap-again": 1,
  "two-tabs-save": 2,
  resolve: 4,
  look: 4,
  "open-tab": 2,
  "close-tab": 2,
} as const;

/** What breaks, by how often; each seed has only some of them. */
const faults = {
  "go-offline": 6,
  "come-online": 8,
  "online-lies": 2,
  "bad-link": 5,
  "flapping-link": 2,
  "captive-portal": 2,
  "server-busy": 2,
  "late-link": 2,
  "lose-hints": 1,
  "crash-browser": 4,
  "crash-while-saving": 4,
  "freeze-tab": 3,
  "thaw-tab": 3,
  "hide-tab": 2,
  "close-all-tabs": 3,
  "abort-commit": 4,
  "disk-full": 2,
  "connection-dies": 3,
  "clock-jumps": 3,
  "server-crash-before": 2,
  "server-crash-after": 3,
  "poison-command": 2,
  "reduce-role": 1,
  "copy-disk": 2,
  "set-disk-back": 2,
  "clone-profile": 2,
  "clear-site-data": 1,
  "back-up-server": 3,
  "restore-server": 2,
} as const;

export const faultTypes = Object.keys(faults) as (keyof typeof faults)[];
type WorkType = keyof typeof work;

/** Whether an action is what people do, and not what breaks. */
export const isWork = (type: ActionType): type is WorkType => type in work;

/** Everything that a seed determines beforehand. */
export interface Plan {
  readonly seed: number;
  readonly devices: number;
  readonly chaosMs: number;
  /** How many events a page of the server holds at most: small ones show what happens between two. */
  readonly pageEvents: number;
  readonly actions: readonly Action[];
}

/** Draws a plan: some of the faults (a swarm: each seed has its own), and what happens when. */
export function makePlan(seed: number): Plan {
  const luck = makeLuck(Math.imul(seed, 2_654_435_761));
  const pick = (weights: Readonly<Record<string, number>>): ActionType => {
    const all = Object.entries(weights);
    let left = luck() * all.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [type, weight] of all) {
      left -= weight;
      if (left < 0) return type as ActionType;
    }
    return all[0]?.[0] as ActionType;
  };
  const chosen = Object.fromEntries(Object.entries(faults).filter(() => luck() < 0.35));
  const chaosMs = Math.round((2 + luck() * 8) * 60_000);
  const length = 30 + Math.floor(luck() * 70);
  const faulty = Object.keys(chosen).length === 0 ? 0 : 0.15 + luck() * 0.35;
  const actions = Array.from({ length }, (): Action => {
    const type = luck() < faulty ? pick(chosen) : pick(work);
    return { atMs: Math.round(luck() * chaosMs), type, who: luck(), a: luck(), b: luck(), c: luck() };
  });
  // People work in bursts: some actions follow one another at once.
  const bursts = actions.map((action, index) =>
    luck() < 0.3 ? { ...action, atMs: actions[index - 1]?.atMs ?? action.atMs } : action,
  );
  return {
    seed,
    devices: 2 + Math.floor(luck() * 3),
    chaosMs,
    pageEvents: luck() < 0.5 ? 1_000 : 1 + Math.floor(luck() * 8),
    actions: bursts.toSorted((one, other) => one.atMs - other.atMs),
  };
}
