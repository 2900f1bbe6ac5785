import { describe, expect, test } from "vitest";
import { importedId } from "../../../src/protocol/ids.ts";
import { aCustomer } from "../../domain/builders.ts";
import { aFile, afterwards, nothing, plan } from "./import-files.ts";
import { all, countsOf, customers, lines, none } from "./some-lists.ts";

describe("planning an import", () => {
  test("four files are recognised by their headers, whatever they are called and in whichever order", async () => {
    const planned = await plan([...all].reverse());
    expect(countsOf(planned)).toEqual({
      customers: { ...none, new: 2 },
      products: { ...none, new: 2 },
      orders: { ...none, new: 2 },
      orderLines: { ...none, new: 3 },
    });
    expect(planned.commands.map(({ command }) => command.type)).toEqual([
      ...["import-customer", "import-customer", "import-product", "open-stock", "import-product"],
      ...["import-order", "import-order"],
    ]);
  });

  test("an order carries its old number, its customer, its lines with captured names, and what is open stays open", async () => {
    const planned = await plan(all);
    const [first, second] = planned.commands.filter(({ command }) => command.type === "import-order");
    expect(first?.stream).toBe(`order/${importedId("order", "1")}`);
    expect(first?.command.data).toMatchObject({
      externalRef: "1",
      currency: "EUR",
      taxMode: "none",
      customer: { id: importedId("customer", "HARB"), code: "HARB", name: "Harbour Café" },
      freightMinor: 1200,
      shippedOn: null,
      lines: [
        {
          sku: "TEA-1",
          name: "Breakfast tea",
          unit: "box",
          quantity: 2,
          unitPriceMinor: 350,
          discountBps: 500,
        },
        { sku: "TEA-2", name: "Green tea", unitPriceMinor: 400 },
      ],
    });
    expect(second?.command.data).toMatchObject({
      shippedOn: "2026-01-08",
      lines: [{ sku: "TEA-1", name: "Breakfast tea" }],
    });
  });

  test("importing again changes nothing", async () => {
    const first = await plan(all);
    const again = await plan(all, afterwards(first.commands));
    expect(again.commands).toEqual([]);
    expect(countsOf(again)).toEqual({
      customers: { ...none, same: 2 },
      products: { ...none, same: 2 },
      orders: { ...none, same: 2 },
      orderLines: { ...none, same: 3 },
    });
  });

  test("importing orders again changes nothing after product and customer were renamed: orders keep what they captured", async () => {
    const known = afterwards((await plan(all)).commands);
    const renamed = {
      ...known,
      customers: new Map([...known.customers].map(([id, one]) => [id, { ...one, company: "Renamed" }])),
      products: new Map(
        [...known.products].map(([id, one]) => [id, { ...one, name: "Renamed", unit: "can" }]),
      ),
    };
    const again = await plan(all.slice(2), renamed);
    expect(again.commands).toEqual([]);
  });

  test("what differs is brought up to date, and what a list leaves empty or out is not touched", async () => {
    const known = afterwards((await plan(all)).commands);
    const changed = await plan(
      [
        aFile("c.csv", "customer_id,company,phone\nHARB,Harbour Café,\nQUAY,Quay Bar & Grill,5\n"),
        aFile("p.csv", "sku,name,unit_price,in_stock\nTEA-1,Breakfast tea,3.75,1000\n"),
      ],
      known,
    );
    expect(changed.lists[0]?.rows).toMatchObject([
      { status: "same" },
      { status: "changed", fields: ["company", "phone"] },
    ]);
    expect(changed.lists[1]?.rows).toMatchObject([{ status: "changed", fields: ["priceMinor"] }]);
    expect(changed.commands.map(({ command }) => command.type)).toEqual([
      "import-customer",
      "import-product",
    ]);
  });

  test("a customer who was entered by hand is found by the code, not doubled", async () => {
    const id = "01890a5d-ac96-774b-bcce-b302099a8057";
    const known = {
      ...nothing,
      customers: new Map([[id, { ...aCustomer({ code: "harb" }), status: "known" as const }]]),
    };
    const planned = await plan([aFile("c.csv", customers)], known);
    expect(planned.commands[0]?.stream).toBe(`customer/${id}`);
  });

  test("orders alone use the customers and products that are here", async () => {
    const known = afterwards((await plan(all.slice(0, 2))).commands);
    expect(countsOf(await plan(all.slice(2), known))).toMatchObject({ orders: { new: 2, wrong: 0 } });
  });

  test("two lines of one product on one order are two lines", async () => {
    const twice = aFile("l.csv", `${lines}1,TEA-1,3.50,5,0\n`);
    const planned = await plan([...all.slice(0, 3), twice]);
    const order = planned.commands.find(({ command }) => command.type === "import-order")?.command.data;
    const ids = order !== undefined && "lines" in order ? order.lines.map(({ lineId }) => lineId) : [];
    expect(new Set(ids).size).toBe(3);
    expect((await plan([...all.slice(0, 3), twice], afterwards(planned.commands))).commands).toEqual([]);
  });

  test("lines that name their tax are charged as the business charges it", async () => {
    const taxed = aFile(
      "l.csv",
      "order_id,sku,unit_price,quantity,tax_percent\n1,TEA-1,3.50,2,19\n2,TEA-1,1.00,1,0\n",
    );
    const planned = await plan([...all.slice(0, 3), taxed]);
    expect(
      planned.commands.find(({ command }) => command.type === "import-order")?.command.data,
    ).toMatchObject({
      taxMode: "exclusive",
      lines: [{ taxPpm: 190_000 }],
    });
  });
});

test("10,000 products are planned in slices, the page between them", async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => `SKU-${index},Product ${index},1.00,${index}`);
  const started = performance.now();
  const planned = await plan([aFile("p.csv", `sku,name,price,in_stock\n${rows.join("\n")}\n`)]);
  expect(planned.commands).toHaveLength(20_000);
  console.log(`planned 10,000 products in ${Math.round(performance.now() - started)} ms`);
});
