import { describe } from "vitest";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import type { Store } from "../../../src/server/store/store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { openTestPglite, openTestPostgres, type TestDatabase } from "./stores.ts";

/** A store on a database of its own. */
export interface OpenStore {
  readonly store: Store;
  readonly remove: () => Promise<void>;
}

/** Runs the same tests on both databases. */
export function describeEachDatabase(name: string, tests: (open: () => Promise<OpenStore>) => void): void {
  const opens = (open: () => Promise<TestDatabase>) => async (): Promise<OpenStore> => {
    const { driver, remove } = await open();
    return { store: await openSqlStore(driver), remove };
  };
  describe(`${name} (PGlite)`, () => tests(opens(openTestPglite)));
  describeWithPostgres("with PostgreSQL", () => {
    describe(`${name} (PostgreSQL)`, () => tests(opens(openTestPostgres)));
  });
}

/** Runs the same tests on a store in memory and on both databases. */
export function describeEachStore(name: string, tests: (open: () => Promise<OpenStore>) => void): void {
  describe(`${name} (memory)`, () =>
    tests(async () => ({ store: makeMemoryStore(), remove: async () => {} })));
  describeEachDatabase(name, tests);
}
