import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { measureInitial, overBudget, readBudget } from "../../scripts/initial-javascript.mjs";

/** The sources that source maps of the build name, of which Dexie is one. */
function dexiesIn(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const { sources } = JSON.parse(readFileSync(path, "utf8")) as { readonly sources: readonly string[] };
    return sources
      .filter((source) => /node_modules\/dexie\//.test(source))
      .map((source) => source.replace(/^.*node_modules\//, ""));
  });
}

test("what a first visit loads, and what the service worker keeps, are within their budget", () => {
  expect(overBudget(measureInitial("dist/client"), readBudget())).toBeUndefined();
});

test("the page has one Dexie, and so has the service worker: the modern build", () => {
  const chunks = readdirSync("dist/client/assets").filter((name) => name.endsWith(".js.map"));
  expect(dexiesIn(chunks.map((name) => `dist/client/assets/${name}`))).toEqual([
    "dexie/dist/modern/dexie.mjs",
  ]);
  expect(dexiesIn(["dist/client/service-worker.js.map"])).toEqual(["dexie/dist/modern/dexie.mjs"]);
});
