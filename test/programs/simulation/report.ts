import { parseArgs } from "node:util";
import type { Action } from "./plan.ts";
import { faultTypes } from "./plan.ts";
import type { Played } from "./play.ts";
import { realNowMs } from "./virtual-time.ts";

export type { Played } from "./play.ts";

/** What a run is asked for. `seeds` are pinned ones, instead of a range. */
export interface SimulationOptions {
  readonly from: number;
  readonly count: number;
  readonly seeds?: readonly number[];
  readonly jobs: number;
  readonly untilCaught: boolean;
  readonly json: boolean;
}

export function simulationOptions(args: readonly string[]): SimulationOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "200" },
      from: { type: "string", default: "1" },
      only: { type: "string" },
      jobs: { type: "string", default: "2" },
      "until-caught": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const whole = (text: string, name: string, most = seedMost) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number) || number < 1 || number > most)
      throw new Error(`expected a whole number from 1 to ${most} for --${name}, found ${text}`);
    return number;
  };
  const from = whole(values.from, "from");
  return {
    from,
    count: whole(values.seeds, "seeds", seedMost - from + 1),
    jobs: whole(values.jobs, "jobs"),
    untilCaught: values["until-caught"],
    json: values.json,
    ...(values.only === undefined
      ? {}
      : { seeds: values.only.split(",").map((text) => whole(text, "only")) }),
  };
}

/** A seed is 32 bits of luck: a greater one would play a world that a smaller one plays. */
const seedMost = 2 ** 32 - 1;

/** With this many seeds every fault must have fired: a fault that never fires proves nothing. */
const enoughSeeds = 100;

/**
 * What comes of those who mean harm, as it is told. As with faults: where it never happens, nothing is proven.
 */
const outsidersDeeds = {
  "id-stolen": "ids a thief spent first",
  "id-refused-first": "it was refused under first",
  "id-kept": "it found to be another's",
  "id-redrawn": "commands went on under another id",
  "copied-while-taken": "profiles were copied while a spent id waited",
  "derived-id-parked": "booked deliveries wait beside what has their id",
  "two-figures-parked": "wait beside another figure of the same delivery",
  "finder-worked": "times a lost phone did what it may",
  "finder-demoted": "times what its new role may not",
  "finder-shut-out": "times it was shut out",
} as const;

/** Sums what was played, and says it: as lines for people, or as one line of JSON for programs. */
export function reportOf(options: SimulationOptions) {
  const startedMs = realNowMs();
  const fired = new Map<string, number>(
    [...faultTypes, ...Object.keys(outsidersDeeds)].map((type) => [type, 0]),
  );
  const quiet: number[] = [];
  const sums = { seeds: 0, checks: 0, events: 0, saved: 0, actions: 0, virtualMs: 0 };
  let failed = 0;
  const caught: { readonly seed: number; readonly law: string; readonly what: string }[] = [];
  const say = (line: string) => {
    if (!options.json) console.log(line);
  };
  const silentFaults = () =>
    sums.seeds < enoughSeeds ? [] : [...fired].filter(([, times]) => times === 0).map(([fault]) => fault);
  const share = (part: number) => {
    const sorted = quiet.toSorted((a, b) => a - b);
    return (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0) / 1000;
  };
  return {
    failed: () => failed,
    silentFaults,
    add: (result: Played) => {
      sums.seeds += 1;
      sums.checks += result.checks;
      sums.events += result.events;
      sums.saved += result.saved;
      sums.actions += result.actions;
      sums.virtualMs += result.virtualMs;
      if (result.quietMs !== undefined) quiet.push(result.quietMs);
      for (const [fault, times] of result.fired) fired.set(fault, (fired.get(fault) ?? 0) + times);
      if (result.violations.length === 0) return;
      failed += 1;
      say(`seed ${result.seed} breaks a law:`);
      for (const { law, what } of result.violations.slice(0, 5)) {
        caught.push({ seed: result.seed, law, what: what.slice(0, 300) });
        say(`  [${law}] ${what.slice(0, 1_200)}`);
      }
      for (const note of result.notes.slice(-3)) say(`  note: ${note.slice(0, 300)}`);
    },
    history: (seed: number, law: string, actions: readonly Action[]) => {
      say(`The shortest history found for seed ${seed}, ${law}:`);
      for (const { atMs, type, who, a, b, c } of actions) {
        const shares = [who, a, b, c].map((share) => share.toFixed(3)).join(" ");
        say(`  ${(atMs / 1000).toFixed(1).padStart(7)} s  ${type.padEnd(22)} ${shares}`);
      }
    },
    end: () => {
      const seconds = (realNowMs() - startedMs) / 1000;
      const figures = {
        ...sums,
        failed,
        seconds,
        quiet: { p50: share(0.5), p99: share(0.99), max: share(1) },
      };
      if (options.json) console.log(JSON.stringify({ ...figures, caught, fired: Object.fromEntries(fired) }));
      say("");
      for (const [fault, times] of [...fired].toSorted()) say(`${fault.padEnd(24)} ${times}`);
      say(
        `${sums.seeds} seeds in ${seconds.toFixed(0)} s: ${sums.actions} actions, ${sums.saved} commands saved, ${sums.events} events, ` +
          `${(sums.virtualMs / 3_600_000).toFixed(1)} virtual hours, ${sums.checks} checks; ${failed} seeds break a law`,
      );
      say(
        `L8, from the end of all faults to every outbox empty, held or parked: p50 ${share(0.5)} s, p99 ${share(0.99)} s, max ${share(1)} s (bound 180 s)`,
      );
      const deeds = Object.entries(outsidersDeeds).map(([deed, words]) => `${fired.get(deed)} ${words}`);
      say(`Who means harm: ${deeds.join(", ")}`);
      const silent = silentFaults();
      if (silent.length > 0)
        say(`These faults never fired, so nothing is proven of them: ${silent.join(", ")}`);
    },
  };
}
