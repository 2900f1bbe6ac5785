import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvTemplate } from "../../../src/ui/import/csv-templates.ts";
import { decodeText } from "../../../src/ui/import/decode-text.ts";
import { listNames } from "../../../src/ui/import/list-columns.ts";
import { readCsv } from "../../../src/ui/import/read-csv.ts";
import { recogniseList } from "../../../src/ui/import/recognise-list.ts";

const cellsOf = async (text: string, chunk?: number) => {
  const read = await readCsv(text, undefined, chunk);
  return read.ok ? [read.table.header, ...read.table.rows.map(({ cells }) => cells)] : read;
};

describe("reading a table", () => {
  test.each([
    [",", "a,b\r\n1,2\r\n"],
    [";", "a;b\n1;2\n"],
    ["\t", "a\tb\n1\t2"],
  ])("the delimiter %j is found", async (delimiter, text) => {
    const read = await readCsv(text);
    expect(read).toMatchObject({
      ok: true,
      table: { delimiter, header: ["a", "b"], rows: [{ row: 2, cells: ["1", "2"] }] },
    });
  });

  test("commas inside a semicolon table are text, quotes hold delimiters, quotes and line ends", async () => {
    expect(await cellsOf('name;price\n"Tea, black; ""best""\nleaf";1,50\n')).toEqual([
      ["name", "price"],
      ['Tea, black; "best"\nleaf', "1,50"],
    ]);
  });

  test("rows are numbered as in a spreadsheet, empty ones included", async () => {
    const read = await readCsv("a,b\n\n1,2\n,\n3,4\n");
    expect(read.ok && read.table.rows.map(({ row }) => row)).toEqual([3, 5]);
  });

  test("a table without rows, or none, is told", async () => {
    expect(await readCsv(" \n")).toEqual({ ok: false, trouble: "empty-file" });
    expect(await readCsv("a,b\n")).toEqual({ ok: false, trouble: "header-only" });
  });

  test("a quote that is not closed is told with its row, instead of swallowing the rest", async () => {
    expect(await readCsv('a,b\n1,2\n3,"open\n5,6\n')).toEqual({
      ok: false,
      trouble: "broken-quotes",
      row: 3,
    });
  });

  test("[L16] more rows than the limit are refused", async () => {
    const read = await readCsv(`a,b\n${"1,2\n".repeat(50_001)}`);
    expect(read).toEqual({ ok: false, trouble: "too-many-rows", max: 50_000 });
  });

  test("10,000 rows are read in slices, the page between them", async () => {
    const breaths: number[] = [];
    const read = await readCsv(
      `a,b,c\n${"some text,1.00,more text of a row\n".repeat(10_000)}`,
      async (done) => {
        breaths.push(done);
      },
    );
    expect(read.ok && read.table.rows.length).toBe(10_000);
    expect(breaths.length).toBeGreaterThan(2);
    expect(breaths.at(-1)).toBe(1);
  });

  test("whatever is in cells comes out as it went in, wherever the slices are cut", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", ",", ";", '"', "\n", "é", "\t", " "), maxLength: 8 });
    const table = fc.array(fc.tuple(text, text, text), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 16, max: 64 }), async (rows, chunk) => {
        const filled = rows.map((cells) => [...cells, "x"]);
        const written = [["a", "b", "c", "d"], ...filled]
          .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","))
          .join("\r\n");
        expect(await cellsOf(written, chunk)).toEqual([["a", "b", "c", "d"], ...filled]);
      }),
      { seed: 20260105, numRuns: 300 },
    );
  });
});

describe("bytes of a file", () => {
  const bytes = (...values: readonly number[]) => Uint8Array.from(values);
  // Node 20 reads 0x80..0x9f as Latin-1, browsers as Windows-1252: only what both read alike is asserted here.
  test("UTF-8 with or without its mark, UTF-16 and Windows-1252 are told apart", () => {
    expect(decodeText(new TextEncoder().encode("Café"))).toEqual({ text: "Café", encoding: "utf-8" });
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x61))).toEqual({ text: "a", encoding: "utf-8" });
    expect(decodeText(bytes(0x43, 0x61, 0x66, 0xe9))).toEqual({
      text: "Café",
      encoding: "windows-1252",
    });
    expect(decodeText(bytes(0xff, 0xfe, 0x61, 0x00))).toEqual({ text: "a", encoding: "utf-16le" });
  });
});

describe("recognising a list by its header", () => {
  test.each(listNames)("our own template of %s is recognised, with no column left over", async (list) => {
    const read = await readCsv(csvTemplate(list).text);
    if (!read.ok) throw new Error("expected the template to be a table");
    const header = recogniseList(read.table.header);
    expect(header).toMatchObject({ ok: true, recognised: { list, unused: [] } });
    expect(read.table.rows).toHaveLength(1);
  });

  test.each([
    ["customers", ["Customer Number", "Company Name", "ZIP", "E-Mail"]],
    ["products", ["SKU", "Product", "List price", "EAN"]],
    ["orders", ["Order No", "Customer", "Order date"]],
    ["orderLines", ["OrderID", "ProductID", "UnitPrice", "Qty", "Discount %"]],
  ] as const)("%s are recognised by other names", (list, header) => {
    expect(recogniseList(header)).toMatchObject({ ok: true, recognised: { list, unused: [] } });
  });

  test("a header that would do for two lists is the one that more of its columns belong to", () => {
    const header = ["customer_id", "customer_name", "order_id", "order_date", "freight"];
    expect(recogniseList(header)).toMatchObject({ ok: true, recognised: { list: "orders" } });
  });

  test("columns without a use are named", () => {
    expect(recogniseList(["customer_id", "company", "title", "shoe size"])).toMatchObject({
      ok: true,
      recognised: { unused: ["shoe size"] },
    });
  });

  test("a header that lacks a column says which list it is nearest to, and which column", () => {
    expect(recogniseList(["customer_id", "contact", "city"])).toEqual({
      ok: false,
      trouble: "missing-columns",
      closest: "customers",
      missing: ["company"],
      found: ["customer_id", "contact", "city"],
    });
    expect(recogniseList(["foo", "bar"])).toEqual({
      ok: false,
      trouble: "unknown-columns",
      found: ["foo", "bar"],
    });
  });

  test("two columns for one thing, and a discount that may be an amount, are asked about", () => {
    expect(recogniseList(["sku", "name", "price", "unit_price"])).toEqual({
      ok: false,
      trouble: "column-twice",
      columns: ["price", "unit_price"],
    });
    expect(recogniseList(["order_id", "sku", "price", "quantity", "Discount"])).toEqual({
      ok: false,
      trouble: "unclear-column",
      column: "Discount",
      use: "discount_percent",
    });
  });
});
