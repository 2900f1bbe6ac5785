import { expect, test } from "vitest";
import { countAnswers, printAnswers } from "../../scripts/answers.mjs";

test("checked answers are counted, with the routes and statuses that they came from", () => {
  const noted = [
    "GET /v1/meta 200",
    "GET /v1/meta 200",
    "POST /v1/sync 409",
    "POST /v1/sync 200",
    "GET nothing 404",
  ];
  expect(countAnswers(`${noted.join("\n")}\n`)).toEqual({ answers: 5, routes: 2, kinds: 4 });
});

test("a run that checked few answers fails", () => {
  expect(printAnswers({ answers: 1_000, routes: 30, kinds: 40 })).toBe(true);
  expect(printAnswers({ answers: 999, routes: 30, kinds: 40 })).toBe(false);
  expect(printAnswers({ answers: 5_000, routes: 3, kinds: 40 })).toBe(false);
  expect(printAnswers(countAnswers(""))).toBe(false);
});
