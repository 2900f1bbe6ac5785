import Dexie, { type ObservabilitySet } from "dexie";
import type { DeviceDatabase } from "./database.ts";

/** Which rows of a table have changed: their keys, or that many have and nobody says which. */
export type ChangedRows = readonly string[] | "many";

/**
 * Tells which of a table's rows that begin with `prefix` have changed, in this tab or another: what live queries go by,
 * and as early. Ends when its answer is called.
 */
export function watchRows(
  db: DeviceDatabase,
  wanted: { readonly table: "streams"; readonly prefix: string },
  tell: (changed: ChangedRows) => void,
): () => void {
  // It is told inside the transaction that has just ended: whoever hears it begins one of its own.
  const tellOutside = (changed: ChangedRows) => Dexie.ignoreTransaction(() => tell(changed));
  const part = `idb://${db.name}/${wanted.table}/`;
  const heard = (parts: ObservabilitySet) => {
    // A page that its browser had put away has missed what the others said.
    if ("all" in parts) return tellOutside("many");
    const keys: string[] = [];
    const isExact = readRanges(parts[part], ({ from, to }) => {
      if (from !== to) return !mayHold(from, to, wanted.prefix);
      if (typeof from === "string" && from.startsWith(wanted.prefix)) keys.push(from);
      return true;
    });
    if (!isExact) tellOutside("many");
    else if (keys.length > 0) tellOutside(keys);
  };
  Dexie.on("storagemutated", heard);
  return () => Dexie.on.storagemutated.unsubscribe(heard);
}

/** A range of keys in a tree of them, as Dexie sends it to other tabs. */
interface KeyRange {
  readonly from: unknown;
  readonly to: unknown;
}

/** Reads the ranges of a tree until one answers false; tells whether all were read. */
function readRanges(tree: unknown, each: (range: KeyRange) => boolean): boolean {
  const open = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    if ("l" in node) open.push(node.l);
    if ("r" in node) open.push(node.r);
    if ("from" in node && "to" in node && !each({ from: node.from, to: node.to })) return false;
  }
  return true;
}

/** Whether a range may hold keys with a prefix. Only text is before or after text; all else is taken as reaching far. */
function mayHold(from: unknown, to: unknown, prefix: string): boolean {
  const isBehind = typeof from === "string" && from > `${prefix}\uffff`;
  const isBefore = typeof to === "string" && to < prefix;
  return !isBehind && !isBefore;
}
