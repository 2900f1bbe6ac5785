import "./virtual-time.ts";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { type Played, reportOf, simulationOptions } from "./report.ts";

/**
 * `npm run simulate -- --seeds 500 [--from 1] [--jobs 2] [--until-caught] [--json]`: plays seeds and holds each
 * history against the laws. Exits 1 when one does not hold, with the shortest history found. What must be imported
 * after time was taken over is imported in the workers.
 */
type Question = { readonly play: number } | { readonly shrink: number; readonly law: string };

if (isMainThread) await lead();
else await serve();

async function serve(): Promise<void> {
  const { play, shortest } = await import("./play.ts");
  parentPort?.on("message", (question: Question) => {
    const answer = "play" in question ? play(question.play) : shortest(question.shrink, question.law);
    answer.then(
      (value) => parentPort?.postMessage({ value }),
      (error: unknown) =>
        parentPort?.postMessage({ error: error instanceof Error ? error.stack : String(error) }),
    );
  });
}

/** A thread that answers one question at a time. */
function startWorker() {
  const worker = new Worker(fileURLToPath(import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: 192 },
  });
  const ask = <Value>(question: Question): Promise<Value> =>
    new Promise((resolve, reject) => {
      worker.once("message", (said: { readonly value?: Value; readonly error?: string }) => {
        if (said.error === undefined) resolve(said.value as Value);
        else reject(new Error(said.error));
      });
      worker.postMessage(question);
    });
  worker.on("error", (error) => {
    console.error(error);
    process.exit(2);
  });
  return { ask, stop: () => worker.terminate() };
}

async function lead(): Promise<void> {
  const options = simulationOptions(process.argv.slice(2));
  const report = reportOf(options);
  const seeds = options.seeds ?? Array.from({ length: options.count }, (_, index) => options.from + index);
  let next = 0;
  const played: Played[] = [];
  const workers = Array.from({ length: options.jobs }, () => startWorker());
  await Promise.all(
    workers.map(async ({ ask }) => {
      while (next < seeds.length && !(options.untilCaught && report.failed() > 0)) {
        const seed = seeds[next] as number;
        next += 1;
        const result = await ask<Played>({ play: seed });
        played.push(result);
        report.add(result);
      }
    }),
  );
  const failed = played.filter(({ violations }) => violations.length > 0).toSorted((a, b) => a.seed - b.seed);
  const [first] = failed;
  const [worker] = workers;
  if (first !== undefined && worker !== undefined && !options.untilCaught) {
    const law = first.violations[0]?.law ?? "";
    report.history(first.seed, law, await worker.ask({ shrink: first.seed, law }));
  }
  report.end();
  await Promise.all(workers.map(({ stop }) => stop()));
  process.exitCode = failed.length > 0 || report.silentFaults().length > 0 ? 1 : 0;
}
