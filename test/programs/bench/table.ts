import { type FindSource, topFunctions } from "./cpu-profile.ts";
import type { MeasureResult, WorkResult } from "./run-work.ts";
import type { Summary } from "./stats.ts";
import type { Measure, Watched } from "./work.ts";

const columns = ["work", "measure", "raw", "Docket", "against", "to raw", "to against", "goal", "verdict"];

/** The results as a table for a terminal; a column in which nothing stands is left out. */
export function benchTable(results: readonly WorkResult[]): string {
  const rows = results.flatMap((result) => [
    [result.id, result.title, ...whyNone(result)],
    ...result.measures.map(rowOf),
  ]);
  const used = columns.map((_, column) => column < 2 || rows.some((row) => isCell(row, column)));
  const kept = (row: readonly string[]) =>
    row.length < columns.length ? row : row.filter((_, column) => used[column] === true);
  const table = [columns, ...rows].map(kept);
  const whole = table.filter(({ length }) => length === kept(columns).length);
  const widths = kept(columns).map((_, column) => Math.max(...whole.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.length < widths.length
      ? row.join("  ")
      : row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return table.map((row) => line(row).trimEnd()).join("\n");
}

function whyNone({ leftOut, failed }: WorkResult): readonly string[] {
  if (failed !== undefined) return [`FAILED: ${failed}`];
  return leftOut === undefined ? [] : [`LEFT OUT: ${leftOut}`];
}

/** A work's own line has fewer cells than a measure's, and stands across the columns. */
function isCell(row: readonly string[], column: number): boolean {
  return row.length === columns.length && row[column] !== "";
}

function rowOf({ measure, by, toRaw, toAgainst, verdict }: MeasureResult): readonly string[] {
  return [
    "",
    `${measure.name}, ${measure.unit}`,
    summaryText(by.raw),
    summaryText(by.docket),
    summaryText(by.against),
    toRaw === undefined ? "" : `${figureText(toRaw)}x`,
    toAgainst === undefined ? "" : `${figureText(toAgainst)}x`,
    goalText(measure),
    verdict === "no goal" ? "" : verdict,
  ];
}

function summaryText(summary: Summary | undefined): string {
  if (summary === undefined) return "";
  const { median, least, most } = summary;
  return least === most
    ? figureText(median)
    : `${figureText(median)} (${figureText(least)}..${figureText(most)})`;
}

/** Three figures that matter, or all of a number of 100 and more. */
export function figureText(figure: number): string {
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString("en-GB");
  return String(Number(figure.toPrecision(3)));
}

function goalText({ goal, better, unit }: Measure): string {
  if (goal === undefined) return "";
  const sign = better === "lower" ? "<=" : ">=";
  return "ratio" in goal ? `${sign} ${goal.ratio}x raw` : `${sign} ${goal.figure} ${unit}`;
}

/** Which goals are met, in a line. */
export function goalsLine(results: readonly WorkResult[]): string {
  const measures = results.flatMap(({ id, measures: found }) =>
    found.flatMap(({ measure, verdict }) =>
      verdict === "no goal" ? [] : [{ name: `${id} ${measure.name}`, verdict }],
    ),
  );
  const missed = measures.filter(({ verdict }) => verdict === "not yet").map(({ name }) => name);
  const line = `goals: ${measures.length - missed.length} of ${measures.length} are met`;
  return missed.length === 0 ? line : `${line}; not yet: ${missed.join(", ")}`;
}

const topCount = 15;

/** What watching a work has found: where its time went, and its requests per unit of work. */
export function watchedText(
  id: string,
  { cpu, requests, units, unit }: Watched,
  findSource: FindSource = () => undefined,
): string {
  const functions = cpu === undefined ? [] : topFunctions(cpu, topCount, findSource);
  const functionLines = functions.map(
    ({ name, selfMs, share }) =>
      `  ${selfMs.toFixed(1).padStart(9)} ms ${(share * 100).toFixed(1).padStart(5)} %  ${name}`,
  );
  const counted = Object.entries(requests ?? {}).sort(([, one], [, other]) => other - one);
  const all = counted.reduce((sum, [, count]) => sum + count, 0);
  const requestLines = counted.map(([name, count]) => `  ${figureText(count / units).padStart(9)}  ${name}`);
  return [
    ...(functionLines.length === 0 ? [] : [`${id}: time by function, its own`, ...functionLines]),
    ...(requestLines.length === 0
      ? []
      : [`${id}: requests per ${unit}, ${figureText(all / units)} in all`, ...requestLines]),
  ].join("\n");
}
