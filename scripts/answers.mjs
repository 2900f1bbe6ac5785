/** How many answers of the API a run of `npm test` held against the OpenAPI document. */
import { readFileSync } from "node:fs";

/** Where the tests note each answer that they checked: `METHOD /route status` a line. */
export const answersPath = "node_modules/.cache/test-reports/answers.txt";

/** Fewer than this would mean that the check has come loose from the tests. */
const answersMin = 1_000;
const routesMin = 30;

/**
 * @typedef {{ answers: number, routes: number, kinds: number }} AnswerCount
 * @param {string} text as the tests noted it.
 * @returns {AnswerCount} `kinds`: different statuses of different routes.
 */
export function countAnswers(text) {
  const kinds = text.split("\n").filter((line) => line !== "");
  const routes = kinds
    .map((kind) => kind.slice(0, kind.lastIndexOf(" ")))
    .filter((route) => !route.endsWith(" nothing"));
  return { answers: kinds.length, routes: new Set(routes).size, kinds: new Set(kinds).size };
}

/**
 * Prints the count; tells whether it is as large as it must be.
 * @param {AnswerCount} count
 */
export function printAnswers({ answers, routes, kinds }) {
  console.log(`${answers} answers of ${routes} routes (${kinds} kinds) are as the OpenAPI document says.`);
  const isMany = answers >= answersMin && routes >= routesMin;
  if (!isMany) console.error(`Expected at least ${answersMin} answers of ${routesMin} routes.`);
  return isMany;
}

/** @returns {AnswerCount} of the last run */
export function readAnswers() {
  return countAnswers(readFileSync(answersPath, "utf8"));
}
