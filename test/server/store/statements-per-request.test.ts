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

/**
 * The driver, with what it is asked for noted: of each statement its verb and the first table that it names. All that a
 * push stores is one, which begins with its commands.
 */
function watched(driver: SqlDriver): SqlDriver {
  return {
    ...driver,
    transaction: (begin, work) => {
      const statements = begin.split("; ");
      transactions.push(statements);
      return driver.transaction(begin, ({ query }) =>
        work({
          query: (text, values) => {
            const verb = text.startsWith("WITH") ? "APPEND" : /^\w+/.exec(text)?.[0];
            statements.push(`${verb} ${/docket\.(\w+)/.exec(text)?.[1]}`);
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

/** What must be known before commands are judged: the lock of the head, who asks from where, the ids and the streams. */
const lock = ["SELECT workspaces", "SELECT workspaces", "SELECT commands", "SELECT events"];
const append = ["APPEND commands"];

/** Who asks from where, and where the log ends: all that is asked where this process has the events. */
const standing = ["SELECT workspaces"];

test("a push of 100 new orders takes as many statements as a push of one", async () => {
  const { cursor } = await owner.mustSync();
  for (const count of [1, 100]) {
    transactions = [];
    const commands = Array.from({ length: count }, (_, index) => newOrder(100 * count + index));
    const { verdicts } = await owner.mustSync({ cursor, commands });
    expect(verdicts.filter(({ outcome }) => outcome === "accepted")).toHaveLength(count);
    const judge = [...lock, "SELECT numbers", "SELECT devices"];
    expect(transactions).toEqual([
      [...begin, ...judge, ...append],
      [...begin, ...standing],
    ]);
  }
});

describe("a push to 100 orders", () => {
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
      [...begin, ...lock, ...append],
      [...begin, ...standing],
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
      [...begin, ...lock, ...streams, ...append],
      [...begin, ...standing],
    ]);
    await other.stop();
  });
});

test("a device that has everything asks with one statement", async () => {
  const { cursor } = await owner.mustSync();
  transactions = [];
  await owner.mustSync({ cursor });
  expect(transactions).toEqual([[...begin, ...standing]]);
});

test("a page of 1,000 events takes as many statements as a page of one: one, and a second where it is not kept", async () => {
  for (let from = 2; from <= 1_001; from += 100)
    await owner.push(...Array.from({ length: 100 }, (_, index) => newOrder(from + index)));
  const { cursor } = await owner.mustSync({ limit: 1 });
  const other = await startTestServer({ store: { ...server.store, close: async () => {} } });
  const elsewhere = testDevice(other, owner, owner.joined);
  await elsewhere.mustSync({ cursor, limit: 1 });
  await elsewhere.mustSync({ cursor, limit: 1 });
  for (const limit of [1, 1_000]) {
    for (const [device, read] of [
      [owner, []],
      [elsewhere, ["SELECT events"]],
    ] as const) {
      transactions = [];
      const { events } = await device.mustSync({ cursor, limit });
      expect(events).toHaveLength(limit);
      expect(transactions).toEqual([[...begin, ...standing, ...read]]);
    }
  }
  await other.stop();
});
