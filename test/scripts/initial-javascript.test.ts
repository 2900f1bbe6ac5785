import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { measureInitial, overBudget, spansOf } from "../../scripts/initial-javascript.mjs";

const folder = mkdtempSync(join(tmpdir(), "docket-initial-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A build of four chunks: the entry, one that it imports, the list of orders, and a screen that comes later. */
function aBuild(): string {
  mkdirSync(join(folder, "assets"), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    "index.html": '<script type="module" crossorigin src="/assets/index.js"></script>',
    "service-worker.js":
      '[{"url":"index.html"},{"url":"assets/index.js"},{"url":"assets/shared.js"},{"url":"assets/OrderList.js"},{"url":"assets/later.js"}]',
    "assets/index.js": 'import{a}from"./shared.js";import("./later.js")',
    "assets/shared.js": "export{a}",
    "assets/shared.js.map": mapOf("../../src/ui/words/many.ts"),
    "assets/OrderList.js": 'import"./shared.js";list()',
    "assets/OrderList.js.map": mapOf("../../src/ui/orders/OrderList.tsx"),
    "assets/later.js": "later()",
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** A source map that says that the first character is of this source, and all that follows. */
function mapOf(source: string): string {
  return JSON.stringify({ version: 3, sources: [source], mappings: "AAAA" });
}

test("initial JavaScript is the entry, the first route and what they import at once, each packed alone", () => {
  const found = measureInitial(aBuild());
  const packed = [
    'import{a}from"./shared.js";import("./later.js")',
    "export{a}",
    'import"./shared.js";list()',
  ];
  expect(found.chunks).toEqual(["assets/OrderList.js", "assets/index.js", "assets/shared.js"]);
  expect(found.gzip).toBe(packed.reduce((sum, text) => sum + gzipSync(text).length, 0));
  expect(found.modules).toEqual({ "src/ui/orders/OrderList.tsx": 26, "src/ui/words/many.ts": 9 });
});

test("each part of a chunk counts for the source that its map names", () => {
  // Columns 0, 4 and 6, of the sources 0, 1 and 0.
  expect(spansOf("AAAA,ICAA,EDAA", ["0123456789"])).toEqual([
    { source: 0, bytes: 4 },
    { source: 1, bytes: 2 },
    { source: 0, bytes: 4 },
  ]);
});

test("a build that is over its budget says by how much, and which modules have grown, the most first", () => {
  const found = { chunks: ["a.js", "b.js"], gzip: 101, precache: 900, modules: { a: 10, b: 25, c: 7 } };
  const noted = { a: 5, b: 5, c: 7 };
  expect(overBudget(found, { gzipMax: 101, chunksMax: 2, precacheMax: 900, modules: noted })).toBeUndefined();
  expect(
    overBudget(found, { gzipMax: 100, chunksMax: 2, precacheMax: 900, modules: noted })?.split("\n"),
  ).toEqual([
    "101 gzip bytes of initial JavaScript, 100 are the most",
    "Initial modules that have grown since scripts/byte-budget.json was noted (minified bytes):",
    "  +20 b (25)",
    "  +5 a (10)",
  ]);
  expect(overBudget(found, { gzipMax: 101, chunksMax: 1, precacheMax: 800, modules: noted })).toMatch(
    /^2 initial chunks, 1 are the most\n900 bytes in the precache, 800 are the most/,
  );
});
