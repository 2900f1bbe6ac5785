import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KnownEvent } from "../../../src/domain/kinds.ts";
import { importedId, newId } from "../../../src/protocol/ids.ts";
import type { Joined } from "../../../src/protocol/joining-messages.ts";
import type { PushedCommand, Verdict } from "../../../src/protocol/sync-messages.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import {
  customerAdded,
  drafted,
  lineAdded,
  makeHand,
  makeOrderHand,
  placed,
  withId,
} from "../support/commands.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "../support/stores.ts";
import {
  drawToken,
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
  testDevice,
} from "../support/test-server.ts";

const received = (quantity: number): KnownEvent => ({
  type: "stock-received",
  schemaVersion: 1,
  data: { sku: "TEA-01", quantity },
});

/** One command for each kind of stream that devices write on, as an owner's device means it. */
const honestCommands: Readonly<Record<string, (workspace: string) => readonly KnownEvent[]>> = {
  order: () => [drafted("K9-7"), lineAdded("TEA-01")],
  customer: () => [customerAdded("Harbour Café")],
  product: () => [
    {
      type: "product-added",
      schemaVersion: 2,
      data: {
        ...{
          sku: "TEA-01",
          name: "Tea",
          category: "",
          unit: "box",
          priceMinor: 500,
          taxPpm: 0,
          barcodes: [],
        },
        ...{ minQuantity: 1, stepQuantity: 1, reorderLevel: 0, archived: false },
      },
    },
  ],
  stock: () => [received(48)],
  workspace: () => [
    {
      type: "workspace-set-up",
      schemaVersion: 2,
      data: {
        ...{ name: "Quay Street Foods", currency: "EUR", taxMode: "none", taxRates: [], locale: "en-IE" },
        timeZone: "Europe/Dublin",
      },
    },
  ],
};

const ids: Readonly<Record<string, string>> = { product: "TEA-01", stock: "TEA-01" };

/** What somebody who knows a command's id may spend it on before its maker has sent it. */
const attacks: Readonly<Record<string, (honest: PushedCommand) => PushedCommand>> = {
  "another body": (honest) => {
    const [first] = honest.events;
    const data = first?.data as object;
    // A number of its own, since those of a device's code are its maker's too.
    const more = { ...data, note: "mine", ...("number" in data ? { number: "ZZ-2" } : {}) };
    return { ...honest, events: first === undefined ? [] : [{ ...first, data: more }] };
  },
  "another stream": ({ id }) => withId(makeOrderHand().command(1, drafted("ZZ-1")), id),
  "a body that is refused": ({ id }) => withId(makeOrderHand().command(1, lineAdded("TEA-01")), id),
  "a body that its role forbids": ({ id, stream }) =>
    withId(makeHand("product/OIL").command(1, ...(honestCommands.product?.(stream) ?? [])), id),
};

describe("PGlite", () => describeIds(openTestPglite));
describeWithPostgres("with PostgreSQL", () => describeIds(openTestPostgres));

function describeIds(open: () => Promise<TestDatabase>) {
  let database: TestDatabase;
  let server: RunningServer;
  let owner: TestDevice;
  let rep: TestDevice;
  beforeAll(async () => {
    database = await open();
    server = await startTestServer({ store: await openSqlStore(database.driver) });
  });
  afterAll(async () => {
    await server.app.close();
    await database.remove();
  });
  beforeEach(async () => {
    owner = await startWorkspace(server);
    rep = await joinAs(server, owner, "rep");
  });

  test("[L4] [L6] goods that came in under an id that a rep has spent on a draft are not answered as done", async () => {
    const warehouse = await joinAs(server, owner, "warehouse");
    const id = importedId("command", "stockReceipts/DN-4711/TEA-01");
    await rep.push(withId(makeOrderHand().command(1, drafted("ZZ-1")), id));
    const honest = withId(makeHand("stock/TEA-01").command(1, received(48)), id);
    const [verdict] = await warehouse.push(honest);
    expect(verdict).toMatchObject({
      outcome: "refused",
      problem: { code: "id-taken", taken: { device: rep.id, position: 1 } },
    });
    // Asked again it is the same, and under an id of its own it goes in.
    expect(await warehouse.push(honest)).toEqual([verdict]);
    const own = withId({ ...honest, seq: 2 }, newId());
    expect(await warehouse.push(own)).toMatchObject([{ outcome: "accepted" }]);
    const history = await owner.ask({ url: "/v1/streams/stock/TEA-01" });
    expect(history.json<{ events: readonly object[] }>().events).toMatchObject([{ data: { quantity: 48 } }]);
  });

  describe.each(Object.keys(honestCommands))("a command on %s", (kind) => {
    test.each(Object.keys(attacks))(
      "[L6] is in the log or its device hears no, after another has used its id for %s",
      async (way) => {
        const stream = `${kind}/${kind === "workspace" ? owner.joined.workspace.id : (ids[kind] ?? newId())}`;
        const honest = makeHand(stream).command(1, ...(honestCommands[kind]?.(stream) ?? []));
        const [theirs] = await rep.push(attacks[way]?.(honest) ?? honest);
        const [mine] = await owner.push(honest);
        const isIn = mine?.outcome === "accepted";
        expect(codeOf(mine)).toBe(theirs?.outcome === "accepted" ? "id-taken" : "accepted");
        expect(await owner.push(honest)).toMatchObject([{ outcome: isIn ? "duplicate" : "refused" }]);
        // The other one's answer stays its own.
        expect(codeOf((await rep.push(attacks[way]?.(honest) ?? honest))[0])).not.toBe("id-taken");
      },
    );
  });

  test("[L4] a successor hears of its predecessor's command that it is done, whatever it makes of it now", async () => {
    const hand = makeOrderHand();
    const command = hand.command(1, drafted("K9-1"), lineAdded("TEA-01"));
    await owner.push(command, hand.command(2, placed(hand)));
    const device = { id: newId(), name: "Office again", token: drawToken() };
    const answer = await owner.ask({
      method: "POST",
      url: "/v1/devices",
      headers: protocol,
      payload: { successorOf: owner.id, device },
    });
    const heir = testDevice(server, device, answer.json<Joined>());
    const decidedAgain = { ...command, events: command.events.slice(0, 1) };
    expect(await heir.push(decidedAgain)).toEqual([
      { command: command.id, outcome: "duplicate", positions: [1, 2] },
    ]);
  });

  test("[L4] the same list on two devices goes in once", async () => {
    const id = importedId("command", "stockReceipts/DN-4712/TEA-01");
    const one = withId(makeHand("stock/TEA-01").command(1, received(48)), id);
    expect(await owner.push(one)).toMatchObject([{ outcome: "accepted" }]);
    const warehouse = await joinAs(server, owner, "warehouse");
    const other = { ...one, seq: 5, actor: "Warehouse", at: "2026-03-02T09:00:00.000Z" };
    expect(await warehouse.push(other)).toEqual([{ command: id, outcome: "duplicate", positions: [1] }]);
  });
}

function codeOf(verdict: Verdict | undefined): string | undefined {
  return verdict?.outcome === "refused" ? verdict.problem.code : verdict?.outcome;
}
