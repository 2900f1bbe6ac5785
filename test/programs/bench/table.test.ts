import { expect, test } from "vitest";
import { topFunctions } from "./cpu-profile.ts";
import { resultOf, type WorkResult } from "./run-work.ts";
import { benchTable, figureText, goalsLine, watchedText } from "./table.ts";
import type { Measure } from "./work.ts";

const p50: Measure = { name: "p50", unit: "ms", better: "lower", goal: { ratio: 2.5 } };
const rate: Measure = { name: "rate", unit: "events/s", better: "higher", goal: { figure: 1_000 } };

const result = (more: Partial<WorkResult>): WorkResult => ({
  id: "W1",
  title: "one command",
  measures: [],
  repetitions: [],
  notes: [],
  seconds: 1,
  ...more,
});

test("a row tells median and spread of each, the ratio, the goal and whether it is met", () => {
  const repetitions = [
    { raw: { p50: 2 }, docket: { p50: 4, rate: 900 } },
    { raw: { p50: 3 }, docket: { p50: 5, rate: 950 } },
    { raw: { p50: 1 }, docket: { p50: 6, rate: 980 } },
  ];
  const measures = [p50, rate].map((measure) => resultOf(measure, repetitions));
  expect(benchTable([result({ measures })]).split("\n")).toEqual([
    "work  measure         raw       Docket          to raw  goal              verdict",
    "W1  one command",
    "      p50, ms         2 (1..3)  5 (4..6)        2x      <= 2.5x raw       meets",
    "      rate, events/s            950 (900..980)          >= 1000 events/s  not yet",
  ]);
});

test("a column for a kept build is there where one took part", () => {
  const measures = [resultOf(p50, [{ raw: { p50: 2 }, docket: { p50: 3 }, against: { p50: 6 } }])];
  const table = benchTable([result({ measures })]);
  expect(table).toContain("to against");
  expect(table).toContain("0.5x");
});

test("a work that was left out says why, and so does one that broke", () => {
  expect(benchTable([result({ leftOut: "no PostgreSQL" })])).toContain("LEFT OUT: no PostgreSQL");
  expect(benchTable([result({ failed: "Error: no page" })])).toContain("FAILED: Error: no page");
});

test("figures have three digits that matter, or all of their whole ones", () => {
  expect([0.123_456, 1.5, 15.678, 99.96, 1234.5, 0].map(figureText)).toEqual([
    "0.123",
    "1.5",
    "15.7",
    "100",
    "1,235",
    "0",
  ]);
});

test("the last line counts the goals and names those that are missed", () => {
  const measures = [
    resultOf(p50, [{ raw: { p50: 1 }, docket: { p50: 2 } }]),
    resultOf(rate, [{ docket: { rate: 999 } }]),
    resultOf({ name: "told", unit: "ms", better: "lower" }, [{ docket: { told: 1 } }]),
  ];
  expect(goalsLine([result({ measures })])).toBe("goals: 1 of 2 are met; not yet: W1 rate");
});

test("a watched run tells time by function without the idle time, and requests per unit of work", () => {
  const frame = (functionName: string, url = "") => ({ functionName, url, lineNumber: 9 });
  const cpu = {
    nodes: [
      { id: 1, callFrame: frame("(idle)") },
      { id: 2, callFrame: frame("fold", "http://a/src/fold.ts") },
      { id: 3, callFrame: frame("") },
    ],
    samples: [1, 2, 3, 2],
    timeDeltas: [9_000, 2_000, 1_000, 1_000],
  };
  expect(topFunctions(cpu, 1)).toEqual([{ name: "fold fold.ts:10", selfMs: 3, share: 0.75 }]);
  const [found] = topFunctions(cpu, 1, ({ lineNumber }) => `src/device/fold.ts:${lineNumber}`);
  expect(found?.name).toBe("fold src/device/fold.ts:9");
  const text = watchedText("W1", {
    cpu,
    requests: { "outbox.add": 4, "meta.get": 10 },
    units: 4,
    unit: "command",
  });
  expect(text.split("\n").map((line) => line.trim())).toEqual([
    "W1: time by function, its own",
    "3.0 ms  75.0 %  fold fold.ts:10",
    "1.0 ms  25.0 %  (anonymous)",
    "W1: requests per command, 3.5 in all",
    "2.5  meta.get",
    "1  outbox.add",
  ]);
});
