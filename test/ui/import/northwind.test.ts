import { describe, expect, test } from "vitest";
import { decideOn, evolveOn, initialOf, type KnownState } from "../../../src/domain/kinds.ts";
import { totals } from "../../../src/domain/totals.ts";
import { parseEvent } from "../../../src/protocol/parse-event.ts";
import { makeRedactor } from "../../../src/protocol/redact.ts";
import {
  northwindBytes,
  northwindFiles,
  northwindFolder,
  northwindIsHere,
  northwindTexts,
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
    expect(lists.map(({ unused }) => unused)).toEqual([[], [], ["rep_id"], []]);
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

  test("what a support file tells of it names no company, no person, no address and no telephone", async () => {
    const redactor = makeRedactor();
    const told: unknown[] = [];
    const states = new Map<string, KnownState>();
    for (const { stream, command } of (await read()).commands) {
      const before = states.get(stream) ?? initialOf(stream);
      const decision = decideOn(stream, command, before);
      const events = decision.outcome === "events" ? decision.events : [];
      const at = "2026-01-05T09:00:00.000Z";
      states.set(
        stream,
        events.reduce<KnownState>((state, event) => evolveOn(stream, state, { ...event, at }), before),
      );
      told.push(redactor.command(stream, command), ...events.map((event) => redactor.event(event)));
      const after = states.get(stream);
      // Each event as it is in the file is one that can be folded again.
      for (const event of events)
        expect(parseEvent({ ...event, data: redactor.event(event) })).toMatchObject({ outcome: "known" });
      expect(after?.status).not.toBe("none");
    }
    const text = JSON.stringify(told);
    const secrets = northwindTexts();
    expect(secrets.length).toBeGreaterThan(400);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
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
