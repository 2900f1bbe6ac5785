import { expect, test } from "vitest";
import { resultOf, runWork, turns } from "./run-work.ts";
import { makeShared } from "./shared.ts";
import type { ContestantName, Measure, Work, World } from "./work.ts";

const ms: Measure = { name: "ms", unit: "ms", better: "lower", goal: { ratio: 2 } };
const world: World = { quick: false, million: false, cache: "", say: () => {}, share: makeShared().share };

/** A work of three contestants that notes what happens. */
function aWork(happened: string[], more: Partial<Work> = {}): Work {
  const contestant = (name: ContestantName, figure: number) => ({
    name,
    run: async () => {
      happened.push(name);
      return { ms: figure };
    },
  });
  return {
    id: "W1",
    title: "a work",
    measures: [ms],
    repetitions: { full: 3, quick: 1 },
    prepare: async () => ({
      contestants: [contestant("raw", 10), contestant("docket", 15), contestant("against", 30)],
      end: async () => void happened.push("end"),
    }),
    ...more,
  };
}

test("contestants take turns, every other time the other way round, and the work ends once", async () => {
  const happened: string[] = [];
  await runWork(aWork(happened), world);
  expect(happened.join(" ")).toBe("raw docket against against docket raw raw docket against end");
});

test("a quick run repeats as seldom as the work says", async () => {
  const happened: string[] = [];
  const { repetitions } = await runWork(aWork(happened), { ...world, quick: true });
  expect(repetitions).toEqual([{ raw: { ms: 10 }, docket: { ms: 15 }, against: { ms: 30 } }]);
});

test("where one contestant is alone it has every turn", () => {
  expect(turns([{ name: "docket" }], 1)).toEqual([{ name: "docket" }]);
});

test("the ratio is the median of the ratios within one repetition, not the ratio of the medians", () => {
  const repetitions = [
    { raw: { ms: 1 }, docket: { ms: 3 } },
    { raw: { ms: 10 }, docket: { ms: 10 } },
    { raw: { ms: 100 }, docket: { ms: 50 } },
  ];
  expect(resultOf(ms, repetitions)).toMatchObject({
    toRaw: 1,
    verdict: "meets",
    by: { docket: { median: 10, least: 3, most: 50 } },
  });
});

test("more is better where the measure says so, and a goal without its figure is not met", () => {
  const rate: Measure = { name: "rate", unit: "events/s", better: "higher", goal: { ratio: 3 } };
  const verdict = (docket: number) =>
    resultOf(rate, [{ raw: { rate: 100 }, docket: { rate: docket } }]).verdict;
  expect([verdict(300), verdict(299)]).toEqual(["meets", "not yet"]);
  expect(resultOf(rate, [{ docket: { rate: 300 } }]).verdict).toBe("not yet");
  const { goal: _goal, ...told } = rate;
  expect(resultOf(told, [{ docket: { rate: 300 } }]).verdict).toBe("no goal");
});

test("a work ends when a contestant fails, and the failure is told", async () => {
  const happened: string[] = [];
  const failing = aWork(happened, {
    prepare: async () => ({
      contestants: [{ name: "docket", run: async () => Promise.reject(new Error("no page")) }],
      end: async () => void happened.push("end"),
    }),
  });
  await expect(runWork(failing, world)).rejects.toThrow("no page");
  expect(happened).toEqual(["end"]);
});

test("a work that cannot be done here is left out with its reason", async () => {
  const without = aWork([], { prepare: async () => ({ leftOut: "no PostgreSQL" }) });
  expect(await runWork(without, world)).toMatchObject({ leftOut: "no PostgreSQL", measures: [] });
});

test("only Docket is watched, after all the figures were taken", async () => {
  const happened: string[] = [];
  const watched = aWork(happened, {
    repetitions: { full: 1, quick: 1 },
    prepare: async () => ({
      contestants: (["raw", "docket"] as const).map((name) => ({
        name,
        run: async () => ({}),
        profile: async () => {
          happened.push(`watched ${name}`);
          return { units: 1, unit: "command", requests: {} };
        },
      })),
      end: async () => {},
    }),
  });
  expect((await runWork(watched, world, true)).watched?.unit).toBe("command");
  expect(happened).toEqual(["watched docket"]);
});
