import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeStore } from "../support/store-contract.ts";
import { openTestPglite } from "../support/stores.ts";

describeStore("PGlite", async () => {
  const { driver, remove } = await openTestPglite();
  return { store: await openSqlStore(driver), remove };
});
