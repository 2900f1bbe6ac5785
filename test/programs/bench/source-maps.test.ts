import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sourcesOf } from "./source-maps.ts";

test("a function of a built file is told by its place in the sources, one of a package by its path there", () => {
  const folder = mkdtempSync(join(tmpdir(), "docket-maps-"));
  const sources = ["../../../src/device/fold.ts", "../../../node_modules/dexie/dist/dexie.mjs"];
  // Column 0 is line 5 of the first source, column 8 line 1 of the second.
  const map = { version: 3, sources, names: [], mappings: "AAIA,QCJA" };
  writeFileSync(join(folder, "app-1.js.map"), JSON.stringify(map));
  const find = sourcesOf(folder);
  const at = (columnNumber: number, file = "app-1.js") =>
    find({ functionName: "f", url: `http://docket.localhost/assets/${file}`, lineNumber: 0, columnNumber });
  expect(at(0)).toBe("src/device/fold.ts:5");
  expect(at(9)).toBe("dexie/dist/dexie.mjs:1");
  expect(at(0, "other.js")).toBeUndefined();
});
