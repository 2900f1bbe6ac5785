import { expect, test } from "vitest";
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
  const imported = new Set(first.commands.flatMap(({ id }) => id ?? []));
  const third = await plan([aFile("r.csv", receipts)], { ...known, imported });
  expect(third.commands).toEqual([]);
  expect(third.lists[0]?.counts).toMatchObject({ same: 2, new: 0 });
});

test("a product stands once on a receipt; rows that are wrong are told and left out", async () => {
  const file = "receipt_id,sku,received\nDN-1,TEA-1,48\nDN-1,TEA-1,2\nDN-1,NONE,2\n,TEA-1,1\nDN-2,TEA-1,0\n";
  const { lists, commands } = await plan([aFile("r.csv", file)], known);
  expect(commands).toHaveLength(1);
  expect(lists[0]?.faults.map(({ row, fault }) => [row, fault.wrong])).toEqual([
    [3, "duplicate"],
    [4, "unknown-product"],
    [5, "empty"],
    [6, "out-of-range"],
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
