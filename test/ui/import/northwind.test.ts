import { describe, expect, test } from "vitest";
import { totals } from "../../../src/domain/totals.ts";
import {
  northwindBytes,
  northwindFiles,
  northwindFolder,
  northwindIsHere,
  northwindTotals,
} from "../../support/northwind.ts";
import { aFile, afterwards, nothing, plan } from "./import-files.ts";

if (!northwindIsHere)
  console.warn(`LEFT OUT: the import of Northwind, because ${northwindFolder} is not there`);

describe.runIf(northwindIsHere)("Northwind's 830 orders", () => {
  const read = async (known = nothing) =>
    plan(
      northwindFiles.map((name) => aFile(`${name}.csv`, northwindBytes(name))),
      known,
    );

  test("all of it goes in: 91 customers, 77 products, 830 orders with 2,155 lines, 809 shipped and 21 open", async () => {
    const { lists, commands } = await read();
    expect(lists.map(({ list, counts }) => [list, counts.new, counts.wrong])).toEqual([
      ["customers", 91, 0],
      ["products", 77, 0],
      ["orders", 830, 0],
      ["orderLines", 2155, 0],
    ]);
    expect(lists.map(({ unused }) => unused)).toEqual([["title"], [], ["rep_id"], []]);
    const { orders } = afterwards(commands);
    const statuses = [...orders.values()].map(({ status }) => status);
    expect(statuses.filter((status) => status === "shipped")).toHaveLength(809);
    expect(statuses.filter((status) => status === "placed")).toHaveLength(21);
  });

  test("each order's total is the one computed from the file without our calculator; 53 lines fall on exact half cents", async () => {
    const { totals: expected, halves } = northwindTotals();
    expect(halves).toHaveLength(53);
    const { orders } = afterwards((await read()).commands);
    const found = new Map(
      [...orders.values()].map((order) => [order.externalRef ?? "", BigInt(totals(order).totalMinor)]),
    );
    expect(found).toEqual(expected);
    const sum = [...found.values()].reduce((all, one) => all + one, 0n);
    console.log(
      `Northwind: 830 totals agree, together ${sum} minor units; ${halves.length} lines on half cents`,
    );
  });

  test("importing again changes nothing", async () => {
    const again = await read(afterwards((await read()).commands));
    expect(again.commands).toEqual([]);
    expect(again.lists.map(({ counts }) => counts.same)).toEqual([91, 77, 830, 2155]);
  });

  test("names, dates and addresses are as in the file", async () => {
    const { orders, customers } = afterwards((await read()).commands);
    const [first] = [...orders.values()].filter(({ externalRef }) => externalRef === "10250");
    expect(first).toMatchObject({
      orderedOn: "1996-07-08",
      wantedOn: "1996-08-05",
      shippedOn: "1996-07-12",
      freightMinor: 6583,
      customer: { code: "HANAR", name: "Hanari Carnes" },
      shipTo: {
        street: "Rua do Paço, 67",
        city: "Rio de Janeiro",
        region: "RJ",
        postalCode: "05454-876",
        country: "Brazil",
      },
    });
    expect([...customers.values()].find(({ code }) => code === "ANATR")?.address.city).toBe("México D.F.");
  });
});
