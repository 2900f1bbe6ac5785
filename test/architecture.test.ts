import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { testFolders } from "../vitest.config.ts";
import { breaches, floors, folderRings, importRings, rooms, sideDoors } from "./support/floors.ts";
import { parseSource } from "./support/parse-source.ts";

/** All files below a folder, with forward slashes. */
const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/"));

describe("the layout of src", () => {
  const all = filesBelow("src");
  const sources = all.filter((path) => /\.tsx?$/.test(path));

  test("imports go down only, on every floor", () => {
    const checked = sources.map((path) => ({ path, found: breaches(path, readFileSync(path, "utf8")) }));
    expect(checked.flatMap(({ found }) => found)).toEqual([]);
    // A checker that finds no files finds no faults either: each floor has some, and none was left out.
    expect(new Set(checked.map(({ path }) => path.split("/")[1]))).toEqual(new Set(Object.keys(floors)));
    expect(checked.length).toBe(
      readdirSync("src", { recursive: true }).filter((path) => /\.tsx?$/.test(String(path))).length,
    );
  });

  test("no file imports what imports it, over however many files, types included", () => {
    expect(importRings(new Map(sources.map((path) => [path, readFileSync(path, "utf8")])))).toEqual([]);
  });

  test("no folder imports what imports it, over however many folders, types included", () => {
    expect(folderRings(new Map(sources.map((path) => [path, readFileSync(path, "utf8")])))).toEqual([]);
  });

  test("the outbox, the streams and the ledger of a device are written through one door", () => {
    const device = sources.filter((path) => /^src\/(device|sync|ui|worker)\//.test(path));
    expect(device.flatMap((path) => sideDoors(path, readFileSync(path, "utf8")))).toEqual([]);
    expect(device.length).toBeGreaterThan(200);
  });

  test("the rooms of device and sync are those that the table names", () => {
    for (const [floor, order] of Object.entries(rooms)) {
      const folders = readdirSync(`src/${floor}`, { withFileTypes: true }).filter((entry) =>
        entry.isDirectory(),
      );
      expect(folders.map(({ name }) => name).sort()).toEqual([...order].sort());
    }
  });

  test("every source file is TypeScript, so that none escapes the check", () => {
    expect(all.filter((path) => /\.[cm]?jsx?$|\.[cm]ts$/.test(path))).toEqual([]);
  });
});

test("what fails in the app goes through one function, which says it: no action catches for itself", () => {
  const screens = filesBelow("src/ui").filter(
    (path) => /\.tsx?$/.test(path) && path !== "src/ui/faults/act.ts",
  );
  const bare = screens.filter((path) => /\.catch\(\s*reportError/.test(readFileSync(path, "utf8")));
  expect(bare).toEqual([]);
  expect(screens.length).toBeGreaterThan(100);
});

describe("the layout of test", () => {
  test("every unit test is in a folder that a vitest project runs", () => {
    const known: readonly string[] = Object.values(testFolders).flat();
    const stray = filesBelow("test")
      .filter((path) => /\.test\.tsx?$/.test(path))
      .filter(
        (path) => path.split("/").length > 2 && !known.some((folder) => path.startsWith(`test/${folder}/`)),
      );
    expect(stray).toEqual([]);
  });
});

describe("what stands in for a server in tests", () => {
  /** What a real route does for whoever asks: past it goes nothing but what that route has parsed. */
  const answers =
    /\/src\/server\/(http\/(sync-route|.*-routes)|joining\/|sync\/(push|pull|healing|states-page|stream-history)|accept\/prepare-command)/;
  /** Who calls it without a server around it, each with the reason. */
  const known = new Set([
    // The routes of every virtual server: what is asked has come through the schemas of the route table.
    "test/support/sync-routes.ts",
    // Fills the store of a server that does not run yet, with requests that it parses.
    "test/programs/million/fill-log.ts",
  ]);

  test("takes requests over the wire only, through the parsers of the real server", () => {
    const paths = filesBelow("test").filter(
      (path) => /\.tsx?$/.test(path) && !/^test\/(server|fixtures)\//.test(path),
    );
    const found = paths.filter((path) =>
      parseSource(path, readFileSync(path, "utf8")).imports.some(({ specifier, typeOnly }) => {
        const target = specifier.startsWith(".") ? posix.join("/", posix.dirname(path), specifier) : "";
        return !typeOnly && answers.test(target);
      }),
    );
    expect(found.sort()).toEqual([...known].sort());
  });
});

describe("the check itself", () => {
  test.each([
    ["a floor above", "src/domain/a.ts", `import { b } from "../device/b.ts";`, "not a floor below"],
    ["a floor above, by export", "src/device/a.ts", `export { b } from "../sync/b.ts";`, "not a floor below"],
    ["a floor above, by export all", "src/device/a.ts", `export * from "../sync/b.ts";`, "not a floor below"],
    ["a floor above, on demand", "src/sync/a.ts", `const b = import("../ui/b.tsx");`, "not a floor below"],
    ["a floor above, as a type", "src/sync/a.ts", `type B = import("../ui/b.tsx").B;`, "not a floor below"],
    [
      "a floor above, as a worker",
      "src/device/a.ts",
      `new URL("../sync/b.ts", import.meta.url);`,
      "not a floor below",
    ],
    ["a browser floor", "src/server/a.ts", `import { b } from "../device/b.ts";`, "not a floor below"],
    ["a package", "src/domain/a.ts", `import { v7 } from "uuid";`, "not a package of this floor"],
    [
      "Node in the browser",
      "src/ui/a.ts",
      `import { join } from "node:path";`,
      "not a package of this floor",
    ],
    [
      "a name that begins alike",
      "src/device/a.ts",
      `import x from "dexie-more";`,
      "not a package of this floor",
    ],
    ["what is computed", "src/ui/a.ts", `const b = import(name);`, "not a package of this floor"],
    ["what is outside", "src/server/a.ts", `import p from "../../package.json";`, "it is outside src"],
    ["a value of protocol", "src/ui/a.ts", `import { b } from "../protocol/b.ts";`, "only its types"],
    ["a room above", "src/device/storage/a.ts", `import { b } from "../outbox/b.ts";`, "not a room below"],
    [
      "a room above, as a type",
      "src/sync/engine/a.ts",
      `import type { B } from "../contexts/b.ts";`,
      "not a room below",
    ],
    [
      "what opens all rooms",
      "src/device/views/a.ts",
      `import { b } from "../open-device.ts";`,
      "not a room below",
    ],
    ["no extension", "src/domain/a.ts", `import { b } from "./b";`, "lacks the file's extension"],
  ])("reports the import of %s", (_what, path, text, reason) => {
    expect(breaches(path, text)).toEqual([expect.stringContaining(reason)]);
  });

  test.each([
    ["its own floor", "src/domain/order/a.ts", `import { b } from "../b.ts";`],
    ["a room below", "src/sync/contexts/a.ts", `import { b } from "../calls/b.ts";`],
    ["a room, by a file outside all rooms", "src/device/a.ts", `import { b } from "./files/b.ts";`],
    ["a floor below", "src/device/a.ts", `import { b } from "../domain/b.ts";`],
    ["a subpath of its package", "src/protocol/a.ts", `import { sha256 } from "@noble/hashes/sha2.js";`],
    ["a type of protocol", "src/ui/a.ts", `import { type B, type C } from "../protocol/b.ts";`],
    ["the limits", "src/ui/a.ts", `import { b } from "../protocol/limits.ts";`],
    ["nothing: a comment", "src/domain/a.ts", `// import { b } from "../device/b.ts";`],
  ])("allows the import of %s", (_what, path, text) => {
    expect(breaches(path, text)).toEqual([]);
  });

  test.each([
    ["a clock", "src/domain/a.ts", "export const at = () => new Date();", "uses Date"],
    ["luck", "src/domain/a.ts", "export const luck = () => Math.random();", "uses Math.random"],
    [
      "the locale",
      "src/domain/a.ts",
      "export const order = (a, b) => a.localeCompare(b);",
      "uses .localeCompare",
    ],
    ["a default export", "src/ui/a.tsx", "export default 1;", "has a default export"],
    [
      "a renamed default export",
      "src/ui/a.tsx",
      "const a = 1; export { a as default };",
      "has a default export",
    ],
    ["a barrel", "src/sync/index.ts", "export const a = 1;", "is a barrel"],
    ["a very long file", "src/sync/a.ts", "let a = 1;\n".repeat(301), "has 301 lines"],
    ["an unknown folder", "src/utils/a.ts", "export const a = 1;", "is on no floor"],
  ])("reports %s", (_what, path, text, reason) => {
    expect(breaches(path, text)).toEqual([expect.stringContaining(reason)]);
  });

  test.each([
    [
      "two files",
      { "a.ts": ["b.ts"], "b.ts": ["a.ts"] },
      ["src/x/a.ts imports src/x/b.ts imports src/x/a.ts"],
    ],
    [
      "three files, where others lead into it",
      { "in.ts": ["a.ts"], "a.ts": ["b.ts", "out.ts"], "b.ts": ["c.ts"], "c.ts": ["a.ts"], "out.ts": [] },
      ["src/x/a.ts imports src/x/b.ts imports src/x/c.ts imports src/x/a.ts"],
    ],
    ["one file by two ways, which is none", { "a.ts": ["b.ts", "c.ts"], "b.ts": ["c.ts"], "c.ts": [] }, []],
  ])("finds the ring of %s", (_what, imports, found) => {
    const texts = Object.entries(imports).map(
      ([name, names]) =>
        [`src/x/${name}`, names.map((other) => `import type { T } from "./${other}";`).join("\n")] as const,
    );
    expect(importRings(new Map(texts))).toEqual(found);
  });

  test.each([
    [
      "two folders, over different files",
      { "a/one.ts": ["b/one.ts"], "b/two.ts": ["a/two.ts"], "a/two.ts": [], "b/one.ts": [] },
      ["src/x/a (one.ts) imports src/x/b (two.ts) imports src/x/a"],
    ],
    [
      "a folder and one within it",
      { "a/one.ts": ["a/b/one.ts"], "a/b/two.ts": ["a/two.ts"], "a/two.ts": [], "a/b/one.ts": [] },
      ["src/x/a (one.ts) imports src/x/a/b (two.ts) imports src/x/a"],
    ],
    [
      "a folder and a file right in the floor's folder",
      { "a/one.ts": ["top.ts"], "top.ts": ["a/two.ts"], "a/two.ts": [] },
      ["src/x/a (one.ts) imports src/x/top.ts imports src/x/a"],
    ],
    [
      "two files right in the floor's folder, which is none",
      { "start.ts": ["a/one.ts"], "a/one.ts": ["shared.ts"], "shared.ts": [] },
      [],
    ],
  ])("finds the ring of %s", (_what, imports, found) => {
    const texts = Object.entries(imports).map(
      ([name, names]) =>
        [
          `src/x/${name}`,
          names
            .map((other) => `import type { T } from "./${posix.relative(posix.dirname(name), other)}";`)
            .join("\n"),
        ] as const,
    );
    expect(folderRings(new Map(texts))).toEqual(found);
  });

  test.each([
    ["a row that is put", "await db.outbox.put(row);", "writes outbox"],
    [
      "rows that are changed where they are found",
      'await db.streams.where("key").anyOf([...keys]).modify({ a: 1 });',
      "writes streams",
    ],
    ["rows that a filter finds", "await db.outbox.filter(({ sent }) => sent).delete();", "writes outbox"],
    ["the ledger", 'await putMeta(db, "ledger", next);', "writes ledger"],
  ])("reports, as a side door to the outbox, %s", (_what, text, found) => {
    expect(sideDoors("src/sync/a.ts", text)).toEqual([expect.stringContaining(found)]);
  });

  test.each([
    ["a row that is read", 'await db.outbox.where("id").equals(id).first();'],
    ["another table", "await db.resupply.bulkPut(rows);"],
  ])("allows, beside the door to the outbox, %s", (_what, text) => {
    expect(sideDoors("src/sync/a.ts", text)).toEqual([]);
  });

  test("refuses a file that does not parse instead of passing it over", () => {
    expect(() => breaches("src/domain/a.ts", "export const = ;")).toThrow("does not parse");
  });
});
