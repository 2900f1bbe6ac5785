/**
 * `npm run bench [-- --only W4,U1] [--quick] [--json FILE] [--against BUILD] [--profile] [--million]`: does Docket's works beside
 * hand-written code in the same run, prints medians, spreads and ratios, and says which goals are met. The ratios count:
 * times differ from machine to machine. Ends with 0 whatever the figures are, with 1 where a work broke, and with 2 on a
 * wrong option.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describeMachine } from "./machine.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { runWork, type WorkResult } from "./run-work.ts";
import { makeShared } from "./shared.ts";
import { sourcesOf } from "./source-maps.ts";
import { benchTable, goalsLine, watchedText } from "./table.ts";
import type { Work, World } from "./work.ts";
import { works } from "./works.ts";

const parsed = parseOptions(
  process.argv.slice(2),
  works.map(({ id }) => id),
);
if (parsed.outcome === "wrong") {
  console.error(`bench: ${parsed.message}`);
  process.exitCode = 2;
} else await bench(parsed.options);

async function bench(options: BenchOptions): Promise<void> {
  // What was started is killed, and its folders are deleted, when this process exits: not when a signal ends it.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const machine = describeMachine();
  for (const [name, value] of Object.entries(machine)) console.log(`${name.padEnd(9)} ${value}`);
  const startedMs = performance.now();
  const seconds = () => ((performance.now() - startedMs) / 1000).toFixed(0);
  const cache = resolve("node_modules/.cache/bench");
  mkdirSync(cache, { recursive: true });
  const { share, endAll } = makeShared();
  const world: World = {
    share,
    quick: options.quick,
    million: options.million,
    cache,
    say: (text) => console.log(`${seconds().padStart(5)} s  ${text}`),
    ...(options.against === undefined ? {} : { against: options.against }),
  };
  const results: WorkResult[] = [];
  const sources = sourcesOf("dist/client/assets");
  try {
    for (const id of options.only) {
      const work = works.find((one) => one.id === id);
      if (work === undefined) throw new Error(`expected a work called ${id}, found none`);
      const result = await runWork(work, world, options.profile).catch((error: unknown) =>
        brokenWork(work, error),
      );
      results.push(result);
      console.log(`\n${benchTable([result])}\n`);
      if (result.watched !== undefined) console.log(`${watchedText(id, result.watched, sources)}\n`);
      // After each work: a long run that is stopped has told what it had.
      writeResults(options, machine, results);
    }
  } finally {
    await endAll();
  }
  const kind = options.quick ? "QUICK RUN: little data, few repetitions, no figures to cite. " : "";
  console.log(`\n${kind}median (least..most); ratios are medians of those within one repetition\n`);
  console.log(benchTable(results));
  for (const { id, notes } of results) for (const note of notes) console.log(`${id}: ${note}`);
  console.log(`${goalsLine(results)}\n${seconds()} s in all`);
  if (results.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
}

/** The other works go on; the stack is told at once. */
function brokenWork({ id, title }: Work, error: unknown): WorkResult {
  console.error(error);
  return {
    id,
    title,
    measures: [],
    repetitions: [],
    notes: [],
    seconds: 0,
    failed: String(error).split("\n", 1)[0]?.slice(0, 200) ?? "",
  };
}

function writeResults(options: BenchOptions, machine: object, results: readonly WorkResult[]): void {
  const file = resolve(options.json ?? "test-results/bench.json");
  const folder = dirname(file);
  if (options.json === undefined && !options.profile) return;
  mkdirSync(folder, { recursive: true });
  for (const { id, watched } of results)
    if (watched?.cpu !== undefined)
      writeFileSync(join(folder, `${id}.cpuprofile`), JSON.stringify(watched.cpu));
  const told = results.map(({ watched, ...result }) => ({
    ...result,
    ...(watched === undefined
      ? {}
      : { requests: watched.requests, units: watched.units, unit: watched.unit }),
  }));
  const { quick, million, against } = options;
  writeFileSync(file, `${JSON.stringify({ machine, quick, million, against, works: told }, null, 2)}\n`);
}
