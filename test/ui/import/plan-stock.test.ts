import { expect, test } from "vitest";
import type { KnownEntry, PlannedCommand } from "../../../src/ui/import/import-plan.ts";
import { onlyAllowed } from "../../../src/ui/import/read-files.ts";
import { aProduct } from "../../domain/builders.ts";
import { aFile, nothing, plan } from "./import-files.ts";

const known = { ...nothing, products: new Map([["TEA-1", { ...aProduct(), status: "known" as const }]]) };
const receipts = "receipt_id,sku,received\nDN-1,TEA-1,48\nDN-2,tea-1,12\n";
const counts = "count_id,sku,counted\n2026-W03,TEA-1,0\n";

test("goods that came in are received, what was counted is counted, receipts first", async () => {
  const { commands } = await plan([aFile("c.csv", counts), aFile("r.csv", receipts)], known);
  expect(commands.map(({ stream, command }) => [stream, command.type, command.data])).toEqual([
    ["stock/TEA-1", "receive-stock", { sku: "TEA-1", quantity: 48 }],
    ["stock/TEA-1", "receive-stock", { sku: "tea-1", quantity: 12 }],
    ["stock/TEA-1", "count-stock", { sku: "TEA-1", quantity: 0 }],
  ]);
});

test("[L4] the same receipts imported twice come in once, on this device or on another", async () => {
  const first = await plan([aFile("r.csv", receipts)], known);
  const again = await plan([aFile("renamed.csv", `${receipts}DN-3,TEA-1,5\n`)], known);
  expect(again.commands.slice(0, 2)).toEqual(first.commands);
  const imported = importedOf(first.commands);
  const third = await plan([aFile("r.csv", receipts)], { ...known, imported });
  expect(third.commands).toEqual([]);
  expect(third.lists[0]?.counts).toMatchObject({ same: 2, new: 0 });
});

test("what is wrong with a row is told, and the row is left out", async () => {
  const file = "receipt_id,sku,received\nDN-1,TEA-1,48\nDN-1,NONE,2\n,TEA-1,1\nDN-2,TEA-1,0\n";
  const { lists, commands } = await plan([aFile("r.csv", file)], known);
  expect(commands).toHaveLength(1);
  expect(lists[0]?.faults.map(({ row, fault }) => [row, fault.wrong])).toEqual([
    [3, "product-missing"],
    [4, "empty"],
    [5, "out-of-range"],
  ]);
});

test("a product twice on one receipt goes in neither time: their sum can still go in under its name", async () => {
  const file = "receipt_id,sku,received\nDN-1,TEA-1,48\nDN-1,tea-1,2\nDN-2,TEA-1,5\n";
  const { lists, commands } = await plan([aFile("r.csv", file)], known);
  expect(commands).toMatchObject([{ command: { data: { quantity: 5 } } }]);
  expect(lists[0]?.faults).toMatchObject([
    { row: 2, fault: { wrong: "sku-twice", rows: [2, 3] } },
    { row: 3, fault: { wrong: "sku-twice", rows: [2, 3] } },
  ]);
});

test("a receipt that went in with another figure is told, and does not go in again", async () => {
  const first = await plan([aFile("r.csv", receipts)], known);
  const corrected = receipts.replace("DN-1,TEA-1,48", "DN-1,TEA-1,84");
  const imported = importedOf(first.commands);
  const { lists, commands } = await plan([aFile("r.csv", corrected)], { ...known, imported });
  expect(commands).toEqual([]);
  expect(lists[0]?.faults).toMatchObject([
    { row: 2, column: "received", fault: { wrong: "imported-otherwise", quantity: 48 } },
  ]);
});

test("what waits in the outbox for a person is not imported over their head", async () => {
  const [first] = (await plan([aFile("r.csv", receipts)], known)).commands;
  const imported = new Map([[first?.id ?? "", "in-outbox" as const]]);
  const { lists, commands } = await plan([aFile("r.csv", receipts)], { ...known, imported });
  expect(commands).toHaveLength(1);
  expect(lists[0]?.faults).toMatchObject([{ row: 2, column: "", fault: { wrong: "in-outbox" } }]);
});

test("a file that names receipts and counts is asked about, never guessed", async () => {
  const both = "sku,receipt_id,count_id,quantity\nTEA-1,DN-1,2026-W03,4\n";
  expect((await plan([aFile("both.csv", both)], known)).read).toMatchObject([
    { ok: false, trouble: { trouble: "column-twice", columns: ["receipt_id", "count_id"] } },
  ]);
});

test("who handles goods imports stock, and is told that the other lists are the owner's", async () => {
  const { read } = await plan(
    [aFile("r.csv", receipts), aFile("c.csv", "customer_id,company\nA,B\n")],
    known,
  );
  const files = onlyAllowed(read, ["stockReceipts", "stockCounts"]);
  expect(files.map((one) => (one.ok ? "usable" : one.trouble))).toEqual([
    "usable",
    { trouble: "not-allowed", list: "customers" },
  ]);
});

/** What these commands are known as once they were saved. */
function importedOf(commands: readonly PlannedCommand[]): ReadonlyMap<string, KnownEntry> {
  return new Map(
    commands.flatMap(({ id, command }) =>
      id !== undefined && (command.type === "receive-stock" || command.type === "count-stock")
        ? [[id, { quantity: command.data.quantity }] as const]
        : [],
    ),
  );
}
