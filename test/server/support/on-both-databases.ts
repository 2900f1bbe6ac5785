import { describe } from "vitest";
import type { Config } from "../../../src/server/config.ts";
import type { RunningServer, ServerParts } from "../../../src/server/start-server.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "./stores.ts";
import { startTestServer } from "./test-server.ts";

/** A server on a real database. */
export interface DatabaseServer {
  readonly server: RunningServer;
  /** How many transactions the database was asked for so far. */
  readonly transactions: () => number;
  /** Stops the server and removes its database. */
  readonly remove: () => Promise<void>;
}

export type OpenServer = (parts?: ServerParts, config?: Partial<Config>) => Promise<DatabaseServer>;

/** A group of tests that are run on PGlite, and on PostgreSQL where the machine has one. */
export function onBothDatabases(title: string, tests: (open: OpenServer) => void): void {
  describe(`${title} (PGlite)`, () => tests(openOn(openTestPglite)));
  describeWithPostgres(`${title} (PostgreSQL)`, () => tests(openOn(openTestPostgres)));
}

function openOn(openDatabase: () => Promise<TestDatabase>): OpenServer {
  return async (parts = {}, config = {}) => {
    const { driver, remove } = await openDatabase();
    let count = 0;
    const store = await openSqlStore({
      ...driver,
      transaction: (begin, work, atOnce) => {
        count += 1;
        return driver.transaction(begin, work, atOnce);
      },
    });
    // The database is closed with its removal.
    const server = await startTestServer({ ...parts, store: { ...store, close: async () => {} } }, config);
    return {
      server,
      transactions: () => count,
      remove: async () => {
        await server.stop();
        await remove();
      },
    };
  };
}
