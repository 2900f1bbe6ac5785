import { posix } from "node:path";
import { parseSource } from "./parse-source.ts";

/** A floor of `src` and what it may import; the table is in ARCHITECTURE.md. */
interface Floor {
  readonly floors: readonly string[];
  /** Floors, or files of them, that it may import for their types only. */
  readonly typesOf?: readonly string[];
  /** Package names; `node:` stands for all of Node's own. A listed name allows its subpaths. */
  readonly packages: readonly string[];
}

export const floors: Readonly<Record<string, Floor>> = {
  domain: { floors: [], packages: [] },
  protocol: { floors: ["domain"], packages: ["valibot", "uuid", "canonicalize", "@noble/hashes"] },
  device: { floors: ["domain", "protocol"], packages: ["dexie"] },
  sync: { floors: ["domain", "protocol", "device"], packages: ["valibot"] },
  ui: {
    // Of sync only what a page starts and what a person asks for; of the protocol the limits (a text field says how
    // much fits before it is refused) and the ids (drawn when a form opens, derived when a list is imported).
    floors: [
      "domain",
      "device",
      "sync/calls",
      "sync/contexts/start-sync.ts",
      "sync/contexts/background.ts",
      "protocol/limits.ts",
      "protocol/ids.ts",
    ],
    typesOf: ["protocol", "sync"],
    packages: ["solid-js", "@solidjs/router", "papaparse", "uqr", "uuid", "workbox-window"],
  },
  worker: { floors: ["device", "sync"], packages: ["workbox-precaching", "workbox-routing"] },
  server: {
    floors: ["domain", "protocol"],
    packages: [
      "node:",
      "fastify",
      "@fastify",
      "postgres",
      "@electric-sql/pglite",
      "lru-cache",
      "uuid",
      "valibot",
      "@valibot/to-json-schema",
      "@noble/hashes",
      "@opentelemetry",
    ],
  },
};

/**
 * The rooms within a floor, from the ground up: each may import those before it, and what is right in the floor's
 * folder may import all of them.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  device: ["storage", "streams", "outbox", "search", "views", "files"],
  sync: ["calls", "engine", "contexts"],
};

/** Files that may be longer than `lineCountMax`, each with the reason. */
const longFiles: Readonly<Record<string, string>> = {};

const lineCountMax = 300;

/** What the domain must not read: a clock, luck, or the machine's locale. */
const impure = ["Date", "Intl", "Math.random", ".localeCompare", ".toLocaleString", "crypto", "performance"];

/**
 * Every breach of the layout's laws in one file of `src`, as sentences. `path` is relative to the repository, with
 * forward slashes (`src/domain/money.ts`).
 */
export function breaches(path: string, text: string): string[] {
  const name = path.split("/")[1] ?? "";
  const floor = floors[name];
  if (!floor) return [`${path} is on no floor`];
  const source = parseSource(path, text);
  const found = source.imports.flatMap(({ specifier, typeOnly }) => {
    const reason = whyForbidden(path, floor, specifier, typeOnly);
    return reason ? [`${path} imports ${specifier}: ${reason}`] : [];
  });
  if (/\/index\.tsx?$/.test(path)) found.push(`${path} is a barrel: name the file after what it holds`);
  if (source.hasDefaultExport) found.push(`${path} has a default export`);
  if (name === "domain") {
    found.push(...impure.filter((word) => source.names.has(word)).map((word) => `${path} uses ${word}`));
  }
  const lineCount = text.trimEnd().split("\n").length;
  if (lineCount > lineCountMax && !longFiles[path]) {
    found.push(
      `${path} has ${lineCount} lines, ${lineCountMax} are the most: split it, or list it with a reason`,
    );
  }
  return found;
}

function whyForbidden(path: string, floor: Floor, specifier: string, typeOnly: boolean): string | undefined {
  if (!specifier.startsWith(".")) {
    return floor.packages.some((allowed) => isWithin(specifier, allowed))
      ? undefined
      : "not a package of this floor";
  }
  const target = posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ""));
  if (!target.startsWith("src/")) return "it is outside src";
  if (!posix.extname(target)) return "it lacks the file's extension";
  const place = target.slice("src/".length);
  const own = path.split("/")[1] ?? "";
  if (place.split("/")[0] === own && isRoomAbove(path, target)) return "not a room below";
  if ([own, ...floor.floors].some((allowed) => isWithin(place, allowed))) return undefined;
  if (!floor.typesOf?.some((allowed) => isWithin(place, allowed))) return "not a floor below";
  return typeOnly ? undefined : "only its types may be imported (import type)";
}

/** Where the outbox, the streams and the ledger are written: the door, and what is below it. */
const writers: Readonly<Record<string, string>> = {
  "src/device/outbox/change-outbox.ts": "the door",
  "src/device/streams/project.ts": "writes streams with their lists and sums, for the door",
  "src/device/storage/database.ts": "lifts stored shapes in the upgrade of the schema",
  "src/device/create-device.ts": "begins the ledger of an empty database",
};

const call = String.raw`\s*\.\s*\w+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`;
const written = new RegExp(
  String.raw`\.(outbox|streams)(?:${call})*?\s*\.\s*(?:add|bulkAdd|put|bulkPut|update|bulkUpdate|upsert|delete|bulkDelete|modify|clear)\(` +
    String.raw`|putMeta\(\s*[\w.]+,\s*"(ledger)"|key:\s*"(ledger)"`,
);

/** What of the outbox, the streams and the ledger a file of `src` writes beside the one door to them, as a sentence. */
export function sideDoors(path: string, text: string): string[] {
  const found = written.exec(text);
  const what = found?.[1] ?? found?.[2] ?? found?.[3];
  return what === undefined || writers[path] !== undefined
    ? []
    : [`${path} writes ${what} beside changeOutbox`];
}

/** Whether a target within the same floor is in a room that is not below, types included. */
function isRoomAbove(path: string, target: string): boolean {
  const [, floor = "", room = ""] = path.split("/");
  const order = rooms[floor];
  if (order === undefined) return false;
  return heightOf(order, target.split("/")[2] ?? "") > heightOf(order, room);
}

/** What is in no room is above all. */
function heightOf(order: readonly string[], room: string): number {
  const height = order.indexOf(room);
  return height === -1 ? order.length : height;
}

/**
 * Every ring of files that import one another, types included, each as one sentence that names its files in order.
 * `sources` are the texts by path, relative to the repository.
 */
export function importRings(sources: ReadonlyMap<string, string>): string[] {
  return ringsIn(importsIn(sources)).map((ring) => ring.join(" imports "));
}

/**
 * Every ring of folders that import one another, types included, each as one sentence that names its folders in order,
 * and of each a file that imports from the next. What is right in the folder of a floor counts as a folder of its own:
 * there are both what starts everything and what all share.
 */
export function folderRings(sources: ReadonlyMap<string, string>): string[] {
  const importsOf = new Map<string, Map<string, string>>();
  for (const [path, targets] of importsIn(sources)) {
    const from = importsOf.get(folderOf(path)) ?? new Map<string, string>();
    importsOf.set(folderOf(path), from);
    for (const folder of targets.map(folderOf)) {
      if (folder !== folderOf(path)) from.set(folder, from.get(folder) ?? path);
    }
  }
  const rings = ringsIn(new Map([...importsOf].map(([folder, from]) => [folder, [...from.keys()]])));
  return rings.map((ring) =>
    ring
      .map((folder, at) => {
        const file = importsOf.get(folder)?.get(ring[at + 1] ?? "");
        return file === undefined || file === folder ? folder : `${folder} (${posix.basename(file)})`;
      })
      .join(" imports "),
  );
}

function folderOf(path: string): string {
  return path.split("/").length > 3 ? posix.dirname(path) : path;
}

/** Which of the sources each of them imports. */
function importsIn(sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...sources].map(([path, text]) => [
      path,
      parseSource(path, text)
        .imports.filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier.replace(/\?.*$/, "")))
        .filter((target) => sources.has(target)),
    ]),
  );
}

/** The rings of a graph, each from one of its names back to it. */
function ringsIn(importsOf: ReadonlyMap<string, readonly string[]>): (readonly string[])[] {
  const rings: (readonly string[])[] = [];
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]) => {
    const from = way.indexOf(name);
    if (from !== -1) rings.push([...way.slice(from), name]);
    if (from !== -1 || done.has(name)) return;
    for (const target of importsOf.get(name) ?? []) visit(target, [...way, name]);
    done.add(name);
  };
  for (const name of importsOf.keys()) visit(name, []);
  return rings;
}

function isWithin(name: string, allowed: string): boolean {
  return name === allowed || name.startsWith(allowed.endsWith(":") ? allowed : `${allowed}/`);
}
