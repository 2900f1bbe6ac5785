/**
 * What a build makes a first visit load: `node scripts/initial-javascript.mjs [--note]` prints it. Initial JavaScript is
 * the entry, its modulepreloads and the chunks of the first route; the service worker is not part of it. With `--note`
 * the sizes of its modules are kept in `byte-budget.json`, so that a build that is over budget can say what has grown.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

/** The budget and the noted sizes of modules. */
export const budgetPath = "scripts/byte-budget.json";

/** Where the app opens: the list of orders. */
const firstRoute = "src/ui/orders/OrderList.tsx";

/**
 * Bytes: `gzip` of all initial chunks, each packed alone; `precache` of all that the service worker keeps, unpacked.
 * `modules` are the minified bytes of each source file, packages as one.
 * @typedef {object} InitialJavaScript
 * @property {readonly string[]} chunks
 * @property {number} gzip
 * @property {number} precache
 * @property {Readonly<Record<string, number>>} modules
 */

/**
 * The most that a build may have, in the same units.
 * @typedef {object} ByteBudget
 * @property {number} gzipMax
 * @property {number} chunksMax
 * @property {number} precacheMax
 * @property {Readonly<Record<string, number>>} modules as they were when the budget was last met and noted
 */

/**
 * Measures the page that is built in a folder.
 * @param {string} client
 * @returns {InitialJavaScript}
 */
export function measureInitial(client) {
  const html = readFileSync(join(client, "index.html"), "utf8");
  const entry = /<script type="module"[^>]* src="\/([^"]+)"/.exec(html)?.[1];
  if (entry === undefined) throw new Error(`expected an entry in ${client}/index.html, found none`);
  const preloads = [...html.matchAll(/<link rel="modulepreload"[^>]* href="\/([^"]+)"/g)].map(
    ([, path]) => path ?? "",
  );
  const worker = readFileSync(join(client, "service-worker.js"), "utf8");
  const precached = [...worker.matchAll(/\burl"?:\s*["'`]([^"'`]+)["'`]/g)].map(([, path]) => path ?? "");
  const route = precached.find(
    (path) =>
      path.endsWith(".js") && readMap(client, path)?.sources.some((source) => source.endsWith(firstRoute)),
  );
  if (route === undefined) throw new Error(`expected a chunk with ${firstRoute} in the precache, found none`);
  const chunks = [...withImports(client, [entry, ...preloads, route])].sort();
  const texts = chunks.map((path) => readFileSync(join(client, path)));
  return {
    chunks,
    gzip: sum(texts.map((text) => gzipSync(text).length)),
    precache: sum(precached.map((path) => readFileSync(join(client, path)).length)),
    modules: sizesOfModules(client, chunks),
  };
}

/**
 * What of a build is over budget, in words, and which modules have grown; undefined where nothing is.
 * @param {InitialJavaScript} found
 * @param {ByteBudget} budget
 * @returns {string | undefined}
 */
export function overBudget(found, budget) {
  const over = [
    { what: "gzip bytes of initial JavaScript", is: found.gzip, max: budget.gzipMax },
    { what: "initial chunks", is: found.chunks.length, max: budget.chunksMax },
    { what: "bytes in the precache", is: found.precache, max: budget.precacheMax },
  ].filter(({ is, max }) => is > max);
  if (over.length === 0) return undefined;
  const grown = Object.entries(found.modules)
    .map(([name, bytes]) => ({ name, bytes, more: bytes - (budget.modules[name] ?? 0) }))
    .filter(({ more }) => more > 0)
    .sort((a, b) => b.more - a.more);
  return [
    ...over.map(({ what, is, max }) => `${is} ${what}, ${max} are the most`),
    grown.length === 0
      ? `No initial module has grown since ${budgetPath} was noted.`
      : `Initial modules that have grown since ${budgetPath} was noted (minified bytes):`,
    ...grown.slice(0, 20).map(({ name, bytes, more }) => `  +${more} ${name} (${bytes})`),
  ].join("\n");
}

/**
 * The chunks and all that they import at once, by path from the folder of the page.
 * @param {string} client
 * @param {readonly string[]} paths
 */
function withImports(client, paths) {
  const all = new Set(paths);
  for (const path of all) {
    const text = readFileSync(join(client, path), "utf8");
    // Of dynamic imports there is a bracket: they come later.
    for (const [, to = ""] of text.matchAll(/\b(?:from|import)\s*["'`](\.[^"'`]+\.js)["'`]/g)) {
      all.add(posix.join(posix.dirname(path), to));
    }
  }
  return all;
}

/**
 * @param {string} client
 * @param {string} path
 * @returns {{ readonly sources: readonly string[]; readonly mappings: string } | undefined}
 */
function readMap(client, path) {
  try {
    const map = JSON.parse(readFileSync(join(client, `${path}.map`), "utf8"));
    return { sources: map.sources.map(moduleName), mappings: map.mappings };
  } catch {
    return undefined;
  }
}

/**
 * @param {string} source as a source map names it
 * @returns {string} `src/ui/main.tsx`, or the name of a package
 */
function moduleName(source) {
  const packaged = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  return packaged ?? /\bsrc\/.*$/.exec(source)?.[0] ?? source;
}

/**
 * @param {string} client
 * @param {readonly string[]} chunks
 */
function sizesOfModules(client, chunks) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const path of chunks) {
    const map = readMap(client, path);
    if (map === undefined) continue;
    const lines = readFileSync(join(client, path), "utf8").split("\n");
    for (const { source, bytes } of spansOf(map.mappings, lines)) {
      const name = source === undefined ? "the bundler" : (map.sources[source] ?? "");
      sizes.set(name, (sizes.get(name) ?? 0) + bytes);
    }
  }
  return Object.fromEntries([...sizes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Which source the text of a chunk is from, part by part (source map, version 3: per segment the column and the source,
 * each as the difference to the one before it).
 * @param {string} mappings
 * @param {readonly string[]} lines
 * @returns {{ readonly source: number | undefined; readonly bytes: number }[]}
 */
export function spansOf(mappings, lines) {
  let source = 0;
  return mappings.split(";").flatMap((line, index) => {
    let column = 0;
    const starts =
      line === ""
        ? []
        : line.split(",").map((segment) => {
            const [columns = 0, sources] = decodeVlq(segment);
            column += columns;
            source += sources ?? 0;
            return { at: column, source: sources === undefined ? undefined : source };
          });
    const length = lines[index]?.length ?? 0;
    const all = [{ at: 0, source: undefined }, ...starts];
    return all
      .map((start, at) => ({ source: start.source, bytes: (all[at + 1]?.at ?? length) - start.at }))
      .filter(({ bytes }) => bytes > 0);
  });
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Numbers in base 64, five bits a digit, the lowest first; the lowest bit of a number is its sign.
 * @param {string} text
 */
function decodeVlq(text) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = digits.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/** @returns {ByteBudget} */
export function readBudget() {
  return JSON.parse(readFileSync(budgetPath, "utf8"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = measureInitial(process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "dist/client");
  console.log(
    `${found.gzip} gzip bytes of initial JavaScript in ${found.chunks.length} chunks, ${found.precache} bytes in the precache`,
  );
  for (const [name, bytes] of Object.entries(found.modules).sort(([, a], [, b]) => b - a))
    console.log(`${bytes}\t${name}`);
  if (process.argv.includes("--note")) {
    writeFileSync(budgetPath, `${JSON.stringify({ ...readBudget(), modules: found.modules }, null, 2)}\n`);
  }
}
