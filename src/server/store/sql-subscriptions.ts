import * as v from "valibot";
import { subscriptionModes, subscriptionStates } from "../../protocol/subscription-messages.ts";
import { setDoor } from "./sql-doors.ts";
import { findText, integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import type { SubscriptionRow, SubscriptionsTx } from "./subscriptions.ts";

type Tx = Pick<
  SubscriptionsTx,
  | "listSubscriptions"
  | "findSubscription"
  | "insertSubscription"
  | "updateSubscription"
  | "deleteSubscription"
  | "listDeletedSubscriptions"
>;

/** The statements of subscriptions, one text for PGlite and PostgreSQL. Every one is led by the workspace. */
export function makeSubscriptionsTx({ query }: SqlSession, workspace: string): Tx {
  const find = async (id: string) => {
    const [row] = await query(`${selectSubscriptions} AND id = $2`, [workspace, id]);
    return row === undefined ? undefined : subscriptionOf(row);
  };
  return {
    listSubscriptions: async () =>
      (await query(`${selectSubscriptions} ORDER BY created_at, id`, [workspace])).map((row) =>
        subscriptionOf(row),
      ),
    findSubscription: find,
    insertSubscription: async (row) => {
      await query(
        `INSERT INTO docket.subscriptions (workspace, ${subscriptionColumns})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [workspace, ...valuesOf(row)],
      );
    },
    updateSubscription: async (id, change) => {
      const found = await find(id);
      if (found === undefined) return;
      await query(
        `UPDATE docket.subscriptions SET (${subscriptionColumns})
           = ($2::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11::bigint, $12, $13) WHERE workspace = $1 AND id = $2`,
        [workspace, ...valuesOf({ ...found, ...change })],
      );
      if (change.state !== undefined) await setDoor(query, workspace);
    },
    deleteSubscription: async (id, max) => {
      await query("UPDATE docket.subscriptions SET state = 'deleted' WHERE workspace = $1 AND id = $2", [
        workspace,
        id,
      ]);
      const deleted = await query(
        `DELETE FROM docket.deliveries WHERE workspace = $1 AND subscription = $2 AND position IN
           (SELECT position FROM docket.deliveries WHERE workspace = $1 AND subscription = $2
             ORDER BY position LIMIT $3) RETURNING 1 AS one`,
        [workspace, id, max],
      );
      const isMore = deleted.length === max;
      if (!isMore) {
        await query("DELETE FROM docket.delivery_lanes WHERE workspace = $1 AND subscription = $2", [
          workspace,
          id,
        ]);
        await query("DELETE FROM docket.subscriptions WHERE workspace = $1 AND id = $2", [workspace, id]);
      }
      await setDoor(query, workspace);
      return isMore;
    },
    listDeletedSubscriptions: async () =>
      (
        await query("SELECT id FROM docket.subscriptions WHERE workspace = $1 AND state = 'deleted'", [
          workspace,
        ])
      ).map((row) => text(row, "id")),
  };
}

const subscriptionColumns = `id, url, description, mode, types, secret, former_secret, former_until, state, from_position,
  created_at, last_delivered_at`;

const selectSubscriptions = `SELECT ${subscriptionColumns} FROM docket.subscriptions
  WHERE workspace = $1 AND state <> 'deleted'`;

/** The values in the order of `subscriptionColumns`. */
function valuesOf(row: SubscriptionRow): readonly (string | number | null)[] {
  const { id, url, description, mode, types, secret, former, state, fromPosition } = row;
  const formers = [former?.secret ?? null, former?.until ?? null];
  const texts = [id, url, description, mode, JSON.stringify(types), secret];
  return [...texts, ...formers, state, fromPosition, row.createdAt, row.lastDeliveredAt];
}

/** A row of the table of subscriptions. */
export function subscriptionOf(row: SqlRow): SubscriptionRow {
  const former = findText(row, "former_secret");
  return {
    id: text(row, "id"),
    url: text(row, "url"),
    description: text(row, "description"),
    mode: v.parse(v.picklist(subscriptionModes), row.mode),
    types: v.parse(v.array(v.string()), JSON.parse(text(row, "types"))),
    secret: text(row, "secret"),
    former: former === null ? null : { secret: former, until: text(row, "former_until") },
    state: v.parse(v.picklist(subscriptionStates), row.state),
    fromPosition: integer(row, "from_position"),
    createdAt: text(row, "created_at"),
    lastDeliveredAt: findText(row, "last_delivered_at"),
  };
}
