import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { describeWithPostgres } from "../../support/with-postgres.ts";
import { describeStore } from "../support/store-contract.ts";
import { openTestPostgres } from "../support/stores.ts";

describeWithPostgres("with PostgreSQL", () => {
  describeStore("PostgreSQL", async () => {
    const { driver, remove } = await openTestPostgres();
    return { store: await openSqlStore(driver), remove };
  });
});
