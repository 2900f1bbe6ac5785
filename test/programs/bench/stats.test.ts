import { expect, test } from "vitest";
import { median, percentile, summarise } from "./stats.ts";

test("the median is the middle figure, or the mean of the two in the middle", () => {
  expect(median([9, 1, 10])).toBe(9);
  expect(median([4, 10, 1, 2])).toBe(3);
  expect(median([7])).toBe(7);
});

test("a percentile is the least figure that such a share of all do not pass", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.95)).toBe(95);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([3], 0.99)).toBe(3);
  expect(percentile([1, 2], 1)).toBe(2);
});

test("a summary tells the spread beside the median, and figures are compared as numbers", () => {
  expect(summarise([10, 9, 100])).toEqual({ median: 10, least: 9, most: 100 });
});

test("no figures are no summary", () => {
  expect(() => summarise([])).toThrow("expected a figure");
  expect(() => percentile([], 0.5)).toThrow("expected a figure");
});
