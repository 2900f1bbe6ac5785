/** Prints the table of every event schema ever written: `npm run schemas`. */
import { schemaTable } from "./schema-table.ts";

const rows = schemaTable();
const cells = rows.map((row) => [
  row.type,
  String(row.schemaVersion),
  row.upcastTo === "newest" ? "(newest)" : row.upcastTo === undefined ? "MISSING" : `@${row.upcastTo}`,
  row.fixture === undefined ? "MISSING" : row.isFixturePinned ? row.fixture : `${row.fixture} CHANGED`,
  row.isPinned ? row.structure : `${row.structure} NOT PINNED`,
]);
const table = [["event type", "version", "upcast to", "fixture", "structure"], ...cells];
const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
for (const row of table)
  console.log(
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
const types = new Set(rows.map(({ type }) => type));
console.log(
  `\n${types.size} event types, ${rows.length} schemas, ${rows.filter(({ upcastTo }) => upcastTo !== "newest").length} upcasters`,
);
