import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import type { FindSource } from "./cpu-profile.ts";

/** Finds where the functions of a built app stand in its sources, by the maps beside its files in `folder`. */
export function sourcesOf(folder: string): FindSource {
  const maps = new Map<string, SourceMap | undefined>();
  return ({ url, lineNumber, columnNumber }) => {
    const file = url.split("/").at(-1) ?? "";
    if (!maps.has(file)) maps.set(file, readMap(join(folder, `${file}.map`)));
    const entry = maps.get(file)?.findEntry(lineNumber, columnNumber ?? 0);
    if (entry === undefined || !("originalSource" in entry)) return undefined;
    const path = entry.originalSource.replace(/^(?:\.\.\/)+/, "");
    const inPackage = /node_modules\/(.*)$/.exec(path)?.[1];
    return `${inPackage ?? path}:${entry.originalLine + 1}`;
  };
}

function readMap(path: string): SourceMap | undefined {
  return existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}
