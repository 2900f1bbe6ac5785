import { describe, expect, test } from "vitest";
import type { KnownThings } from "../../../src/ui/import/import-plan.ts";
import type { ImportPlan } from "../../../src/ui/import/plan-import.ts";
import { aCustomer, aProduct } from "../../domain/builders.ts";
import { aFile, afterwards, nothing, plan } from "./import-files.ts";
import { all, countsOf, customers, lines, none, orders, products } from "./some-lists.ts";

const faultsOf = ({ lists }: ImportPlan) => lists.flatMap(({ faults }) => faults);
describe("what is wrong is told, and stops nothing else", () => {
  test("a wrong cell is told with row, column and value", async () => {
    const planned = await plan([
      aFile("p.csv", "sku,name,unit_price,in_stock\nA,Tea,3.505,1\nB,Tea,abc,-1\n,Tea,1.00,\nD,Tea,1.00,2\n"),
    ]);
    expect(faultsOf(planned)).toEqual([
      {
        file: "p.csv",
        row: 2,
        column: "unit_price",
        value: "3.505",
        fault: { wrong: "too-many-digits", digits: 2 },
      },
      { file: "p.csv", row: 3, column: "unit_price", value: "abc", fault: { wrong: "not-a-number" } },
      { file: "p.csv", row: 3, column: "in_stock", value: "-1", fault: { wrong: "negative" } },
      { file: "p.csv", row: 4, column: "sku", value: "", fault: { wrong: "empty" } },
    ]);
    expect(countsOf(planned)).toEqual({ products: { ...none, new: 1, wrong: 3 } });
    expect(planned.commands).toHaveLength(2);
  });

  test("duplicates in a file are told with the row that came first", async () => {
    const planned = await plan([
      aFile("c.csv", "code,company\nA,One\nA,Two\n"),
      aFile("p.csv", "sku,name,price\nx-1,One,1\nX-1 ,Two,2\n"),
    ]);
    expect(faultsOf(planned).map(({ row, fault }) => [row, fault])).toEqual([
      [3, { wrong: "duplicate", firstRow: 2 }],
      [3, { wrong: "duplicate", firstRow: 2 }],
    ]);
    expect(planned.commands).toHaveLength(2);
  });

  test("[D4] a customer's code as it is written beats one that is only alike; among several alike nobody is guessed", async () => {
    const here = (...list: readonly { readonly code: string; readonly company: string }[]) => ({
      ...nothing,
      customers: new Map(
        list.map((fields, at) => [`id-${at}`, { ...aCustomer(fields), status: "known" as const }]),
      ),
    });
    const two = here({ code: "Ab", company: "First" }, { code: "AB", company: "Second" });
    const order = (code: string) => [
      aFile("o.csv", `order_id,customer_id,ordered_on\n1,${code},2026-01-05\n`),
      aFile("l.csv", "order_id,sku,name,price,quantity\n1,TEA-1,Tea,1,1\n"),
    ];
    const customerOf = async (code: string, known: KnownThings, ...files: ReturnType<typeof order>) => {
      const planned = await plan([...files, ...order(code)], known);
      const command = planned.commands.find((one) => one.command.type === "import-order")?.command;
      const data = command?.data as { readonly customer?: { readonly name: string } } | undefined;
      return data?.customer?.name ?? faultsOf(planned).map(({ fault }) => fault.wrong)[0];
    };
    expect(await customerOf("AB", two)).toBe("Second");
    expect(await customerOf("Ab", two)).toBe("First");
    expect(await customerOf("ab", two)).toBe("unclear-customer");
    expect(await customerOf("harb", here({ code: "HARB", company: "Harbour" }))).toBe("Harbour");
    expect(await customerOf("harb", nothing, aFile("c.csv", customers))).toBe("Harbour Café");
    const accents = here({ code: "CAFE", company: "Plain" }, { code: "CAFÉ", company: "Accented" });
    expect([await customerOf("café", accents), await customerOf("cafe", accents)]).toEqual([
      "Accented",
      "Plain",
    ]);
    const listed = await plan([aFile("c.csv", "code,company\nab,Third\n")], two);
    expect(faultsOf(listed)).toMatchObject([{ value: "ab", fault: { wrong: "unclear-customer" } }]);
    const rows = aFile("c.csv", "code,company\nHARB,One\nharb,Two\n");
    const oneHere = await plan([rows], here({ code: "Harb", company: "Harbour" }));
    expect(faultsOf(oneHere)).toMatchObject([{ row: 3, fault: { wrong: "duplicate", firstRow: 2 } }]);
  });

  test("an order that is twice in its file goes in once", async () => {
    const twice = aFile("o.csv", `${orders}1,QUAY,2026-01-09,,5.00\n`);
    const planned = await plan([...all.slice(0, 2), twice, ...all.slice(3)]);
    expect(faultsOf(planned)).toMatchObject([
      { file: "o.csv", row: 4, fault: { wrong: "duplicate", firstRow: 2 } },
    ]);
    expect(countsOf(planned)).toMatchObject({
      orders: { new: 2, wrong: 1 },
      orderLines: { new: 3, wrong: 0 },
    });
  });

  test("a row with more or fewer cells than the header has is told", async () => {
    const planned = await plan([aFile("c.csv", "code,company,phone\nA,One,1,2\nB,Two\nC,Three,3,,\n")]);
    expect(faultsOf(planned).map(({ row, fault }) => [row, fault])).toEqual([
      [2, { wrong: "row-width", found: 4, expected: 3 }],
      [3, { wrong: "row-width", found: 2, expected: 3 }],
    ]);
  });

  test("an order with a wrong line is left out whole and says which row it was; the rest goes in", async () => {
    const planned = await plan([...all.slice(0, 3), aFile("l.csv", lines.replace("4.00,1,0", "4.00,0,0"))]);
    expect(countsOf(planned)).toMatchObject({
      orders: { new: 1, wrong: 1 },
      orderLines: { new: 1, wrong: 2 },
    });
    expect(faultsOf(planned)).toMatchObject([
      {
        file: "o.csv",
        row: 2,
        column: "order_id",
        value: "1",
        fault: { wrong: "lines-wrong", file: "l.csv", rows: [3] },
      },
      { file: "l.csv", row: 2, fault: { wrong: "order-wrong" } },
      { file: "l.csv", row: 3, column: "quantity", value: "0", fault: { wrong: "out-of-range" } },
    ]);
  });

  test("an order without lines, lines without an order, and unknown customers and products are told", async () => {
    const planned = await plan([
      aFile("p.csv", products),
      aFile("o.csv", "order_id,customer_id,ordered_on\n1,NOBODY,2026-01-05\n2,,2026-01-05\n3,,05.01.2026\n"),
      aFile("l.csv", "order_id,sku,price,quantity\n1,TEA-1,1,1\n9,TEA-1,1,1\n3,WHAT,1,1\n"),
    ]);
    expect(faultsOf(planned).map(({ file, row, value, fault }) => [file, row, value, fault.wrong])).toEqual([
      ["o.csv", 2, "NOBODY", "unknown-customer"],
      ["o.csv", 3, "2", "no-lines"],
      ["o.csv", 4, "05.01.2026", "not-a-date"],
      ["o.csv", 4, "3", "lines-wrong"],
      ["l.csv", 2, "1", "order-wrong"],
      ["l.csv", 3, "9", "order-missing"],
      ["l.csv", 4, "WHAT", "unknown-product"],
    ]);
    expect(planned.commands.filter(({ command }) => command.type === "import-order")).toEqual([]);
  });

  test("another currency than the business's is refused by row", async () => {
    const planned = await plan([
      ...all.slice(0, 2),
      aFile(
        "o.csv",
        "order_id,customer_id,ordered_on,currency\n1,HARB,2026-01-05,usd\n2,QUAY,2026-01-05,eur\n",
      ),
      all[3] ?? aFile("", ""),
    ]);
    expect(faultsOf(planned)[0]).toMatchObject({
      row: 2,
      column: "currency",
      value: "usd",
      fault: { wrong: "other-currency", currency: "EUR" },
    });
    expect(countsOf(planned)).toMatchObject({ orders: { new: 1, wrong: 1 } });
  });

  test("an order that was worked on here is not overwritten", async () => {
    const known = afterwards((await plan(all)).commands);
    const touched = new Map(
      [...known.orders].map(([id, order]) => [id, { ...order, asImported: false, note: "ring" }]),
    );
    const planned = await plan(all, { ...known, orders: touched });
    expect(countsOf(planned)).toMatchObject({ orders: { ...none, wrong: 2 } });
    expect(faultsOf(planned)[0]).toMatchObject({
      fault: { wrong: "rejected", rejection: { reason: "import-differs" } },
    });
  });

  test("orders and lines need each other; a second file of one list, too large and too many files are refused", async () => {
    expect((await plan([all[2] ?? aFile("", "")])).read).toMatchObject([
      { ok: false, trouble: { trouble: "orders-without-lines" } },
    ]);
    expect((await plan([all[3] ?? aFile("", "")])).read).toMatchObject([
      { ok: false, trouble: { trouble: "lines-without-orders" } },
    ]);
    expect((await plan([aFile("a.csv", customers), aFile("b.csv", customers)])).read).toMatchObject([
      { ok: true },
      { ok: false, trouble: { trouble: "list-twice", list: "customers", other: "a.csv" } },
    ]);
    const large = { ...aFile("big.csv", "a"), size: 17 * 1024 * 1024 };
    expect((await plan([large])).read).toMatchObject([{ ok: false, trouble: { trouble: "file-too-large" } }]);
    const many = Array.from({ length: 13 }, () => aFile("x.csv", "foo,bar\n1,2\n"));
    expect((await plan(many)).read.at(-1)).toMatchObject({
      ok: false,
      trouble: { trouble: "too-many-files", max: 12 },
    });
    const broken = { ...aFile("gone.csv", "a"), arrayBuffer: () => Promise.reject(new Error("gone")) };
    expect((await plan([broken])).read).toMatchObject([{ ok: false, trouble: { trouble: "not-readable" } }]);
  });

  test("an archived product is archived by the list, and barcodes are split", async () => {
    const planned = await plan([
      aFile("p.csv", "sku,name,price,discontinued,barcode,tax_percent\nA,Tea,1.00,1,4006381333931 123,19\n"),
    ]);
    expect(planned.commands[0]?.command.data).toEqual({
      sku: "A",
      fields: {
        name: "Tea",
        priceMinor: 100,
        archived: true,
        barcodes: ["4006381333931", "123"],
        taxPpm: 190_000,
      },
    });
  });

  test("a key that a spreadsheet has shortened is told with its row, in every list and language, and its row is left out", async () => {
    const english =
      "sku,name,price,barcode\nTEA-01,Tea,3.50,4.00638E+12\nCOF-01,Coffee,4.50,4.00638E+12\nMLK-01,Milk,2.10,4006381333948\n";
    const german =
      "sku;name;price;ean\nTEE-01;Tee;3,50;4,00638E+12\nKAF-01;Kaffee;4,50;4006381333955\n4,00638E+12;Hafermilch;2,10;\n";
    const others = [
      aFile("c.csv", "customer_id,company\n1.04E+11,Quay Bar\n"),
      aFile("r.csv", "receipt_id,sku,received\n4.5E+15,TEA-01,48\nDN-1,4.00638E+12,2\n"),
    ];
    const fault = { wrong: "lost-figures" };
    const planned = await plan([aFile("en.csv", english)]);
    expect(faultsOf(planned)).toMatchObject([
      { row: 2, column: "barcode", value: "4.00638E+12", fault },
      { row: 3, column: "barcode", value: "4.00638E+12", fault },
    ]);
    expect(planned.commands.map(({ stream }) => stream)).toEqual(["product/MLK-01"]);
    expect(faultsOf(await plan([aFile("de.csv", german)]))).toMatchObject([
      { row: 2, column: "ean", value: "4,00638E+12", fault },
      { row: 4, column: "sku", value: "4,00638E+12", fault },
    ]);
    const known = {
      ...nothing,
      products: new Map([["TEA-01", { ...aProduct({ sku: "TEA-01" }), status: "known" as const }]]),
    };
    expect(faultsOf(await plan(others, known))).toMatchObject([
      { row: 2, column: "customer_id", fault },
      { row: 2, column: "receipt_id", fault },
      { row: 3, column: "sku", fault },
    ]);
    const lost = [aFile("o.csv", orders.replace("1,HARB", "1.2E+15,HARB")), aFile("l.csv", lines)];
    expect(faultsOf(await plan(lost, afterwards((await plan(all.slice(0, 2))).commands)))).toContainEqual(
      expect.objectContaining({ row: 2, column: "order_id", fault }),
    );
  });

  test("stock that was counted is not opened again", async () => {
    const known = {
      ...nothing,
      stocked: new Set(["TEA-1"]),
      products: new Map([["TEA-1", { ...aProduct(), status: "known" as const }]]),
    };
    const planned = await plan([aFile("p.csv", "sku,name,price,in_stock\nTEA-1,Tea 1,3.50,99\n")], known);
    expect(planned.commands).toEqual([]);
  });
});
