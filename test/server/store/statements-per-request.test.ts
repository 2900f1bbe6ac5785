import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunningServer } from "../../../src/server/start-server.ts";
import type { SqlDriver } from "../../../src/server/store/sql-driver.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { drafted, type Hand, lineAdded, makeOrderHand, newOrder } from "../support/commands.ts";
import { openTestPglite, type TestDatabase } from "../support/stores.ts";
import { startTestServer, startWorkspace, type TestDevice, testDevice } from "../support/test-server.ts";

let database: TestDatabase;
let server: RunningServer;
let owner: TestDevice;
/** The transactions that were begun since the last look, each with its statements. */
let transactions: string[][];

beforeEach(async () => {
  transactions = [];
  database = await openTestPglite();
  const store = await openSqlStore(watched(database.driver));
  server = await startTestServer({ store: { ...store, close: async () => {} } });
  owner = await startWorkspace(server);
  // The first one notes that the device was here, and all that the second one asks comes after it.
  await owner.push(newOrder(1));
  await owner.mustSync();
  transactions = [];
});
afterEach(async () => {
  await server.stop();
  await database.remove();
});

/** The driver, with what it is asked for noted: of each statement its verb and the first table that it names. */
function watched(driver: SqlDriver): SqlDriver {
  return {
    ...driver,
    transaction: (begin, work) => {
      const statements = begin.split("; ");
      transactions.push(statements);
      return driver.transaction(begin, ({ query }) =>
        work({
          query: (text, values) => {
            statements.push(`${/^\w+/.exec(text)?.[0]} ${/docket\.(\w+)/.exec(text)?.[1]}`);
            return query(text, values);
          },
        }),
      );
    },
  };
}

/** What begins each transaction, COMMIT aside, which every one ends with. */
const begin = [
  "BEGIN ISOLATION LEVEL READ COMMITTED",
  "SET LOCAL statement_timeout = '20s'",
  "SET LOCAL lock_timeout = '10s'",
  "SET LOCAL idle_in_transaction_session_timeout = '15s'",
  "SET LOCAL ROLE docket_app",
  expect.stringContaining("SET LOCAL docket.workspace"),
];

/** What must be known before commands are judged: the head, the asker, its place, the ids and the streams. */
const lock = ["SELECT workspaces", "SELECT devices", "SELECT events", "SELECT commands", "SELECT events"];

/** What a page is read by. */
const page = ["SELECT workspaces", "SELECT devices", "SELECT events", "SELECT commands", "SELECT events"];

test("a push of 100 new orders takes as many statements as a push of one", async () => {
  const { cursor } = await owner.mustSync();
  for (const count of [1, 100]) {
    transactions = [];
    const commands = Array.from({ length: count }, (_, index) => newOrder(100 * count + index));
    const { verdicts } = await owner.mustSync({ cursor, commands });
    expect(verdicts.filter(({ outcome }) => outcome === "accepted")).toHaveLength(count);
    const judge = [...lock, "SELECT numbers", "SELECT devices", "SELECT workspaces"];
    const append = ["INSERT commands", "UPDATE workspaces", "INSERT events", "INSERT numbers"];
    expect(transactions).toEqual([
      [...begin, ...judge, ...append],
      [...begin, ...page],
    ]);
  }
});

describe("a push to 100 orders", () => {
  const judge = [...lock, "SELECT workspaces"];
  const append = ["INSERT commands", "UPDATE workspaces", "INSERT events"];
  let hands: readonly Hand[];
  let cursor: string;
  beforeEach(async () => {
    hands = Array.from({ length: 100 }, () => makeOrderHand());
    await owner.push(...hands.map((hand, index) => hand.command(2 + index, drafted(`K7-${2 + index}`))));
    ({ cursor } = await owner.mustSync());
    transactions = [];
  });
  const addLines = async (device: TestDevice) => {
    const commands = hands.map((hand, index) => hand.command(102 + index, lineAdded("TEA")));
    const { verdicts } = await device.mustSync({ cursor, commands });
    expect(verdicts.filter(({ outcome }) => outcome === "accepted")).toHaveLength(100);
  };

  test("which the server has just judged reads none of their events", async () => {
    await addLines(owner);
    expect(transactions).toEqual([
      [...begin, ...judge, ...append],
      [...begin, ...page],
    ]);
  });

  test("which the server does not remember reads the events of each", async () => {
    const other = await startTestServer({ store: { ...server.store, close: async () => {} } });
    const elsewhere = testDevice(other, owner, owner.joined);
    await elsewhere.mustSync({ cursor });
    await elsewhere.mustSync({ cursor });
    transactions = [];
    await addLines(elsewhere);
    const streams = hands.map(() => "SELECT events");
    expect(transactions).toEqual([
      [...begin, ...judge, ...streams, ...append],
      [...begin, ...page],
    ]);
    await other.stop();
  });
});

test("a device that has everything asks with five statements", async () => {
  const { cursor } = await owner.mustSync();
  transactions = [];
  await owner.mustSync({ cursor });
  expect(transactions).toEqual([[...begin, ...page]]);
});

test("a page of 1,000 events takes as many statements as a page of one", async () => {
  for (let from = 2; from <= 1_001; from += 100)
    await owner.push(...Array.from({ length: 100 }, (_, index) => newOrder(from + index)));
  const { cursor } = await owner.mustSync({ limit: 1 });
  for (const limit of [1, 1_000]) {
    transactions = [];
    const { events } = await owner.mustSync({ cursor, limit });
    expect(events).toHaveLength(limit);
    expect(transactions).toEqual([[...begin, ...page]]);
  }
});
