import * as v from "valibot";
import { subscriptionModes, subscriptionStates } from "../../protocol/subscription-messages.ts";
import { setDoor } from "./sql-doors.ts";
import { findText, integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import type { SubscriptionRow, SubscriptionsTx } from "./subscriptions.ts";

type Tx = Pick<
  SubscriptionsTx,
  | "listSubscriptions"
  | "findSubscription"
  | "lockSubscription"
  | "insertSubscription"
  | "updateSubscription"
  | "deleteSubscription"
  | "listDeletedSubscriptions"
>;

/** The statements of subscriptions, one text for PGlite and PostgreSQL. Every one is led by the workspace. */
export function makeSubscriptionsTx({ query }: SqlSession, workspace: string): Tx {
  const find = async (select: string, id: string) => {
    const [row] = await query(select, [workspace, id]);
    return row === undefined ? undefined : subscriptionOf(row);
  };
  return {
    listSubscriptions: async () =>
      (await query(`${selectSubscriptions} ORDER BY created_at, id`, [workspace])).map((row) =>
        subscriptionOf(row),
      ),
    findSubscription: (id) => find(`${selectSubscriptions} AND id = $2`, id),
    lockSubscription: (id) => find(`${selectSubscriptions} AND id = $2 FOR UPDATE`, id),
    insertSubscription: async (row) => {
      await query(
        `INSERT INTO docket.subscriptions (workspace, ${subscriptionColumns})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
        [workspace, ...valuesOf(row)],
      );
    },
    updateSubscription: async (id, change) => {
      const values = changedColumns(change);
      if (values.length === 0) return;
      const columns = values.map(([column], index) => `${column} = $${index + 3}`).join(", ");
      await query(
        `UPDATE docket.subscriptions SET ${columns} WHERE workspace = $1 AND id = $2 AND state <> 'deleted'`,
        [workspace, id, ...values.map(([, value]) => value)],
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
  created_at, made_by, last_delivered_at`;

const selectSubscriptions = `SELECT ${subscriptionColumns} FROM docket.subscriptions
  WHERE workspace = $1 AND state <> 'deleted'`;

/** The values in the order of `subscriptionColumns`. */
function valuesOf(row: SubscriptionRow): readonly (string | number | null)[] {
  const { id, url, description, mode, types, secret, former, state, fromPosition } = row;
  const formers = [former?.secret ?? null, former?.until ?? null];
  const texts = [id, url, description, mode, JSON.stringify(types), secret];
  return [...texts, ...formers, state, fromPosition, row.createdAt, row.madeBy, row.lastDeliveredAt];
}

/** The columns that a change names, with their values. */
function changedColumns(
  change: Partial<SubscriptionRow>,
): readonly (readonly [column: string, value: string | number | null])[] {
  const { former, types } = change;
  const columns: Readonly<Record<string, string | number | null | undefined>> = {
    url: change.url,
    description: change.description,
    mode: change.mode,
    types: types === undefined ? undefined : JSON.stringify(types),
    secret: change.secret,
    former_secret: former === undefined ? undefined : (former?.secret ?? null),
    former_until: former === undefined ? undefined : (former?.until ?? null),
    state: change.state,
    from_position: change.fromPosition,
    created_at: change.createdAt,
    made_by: change.madeBy,
    last_delivered_at: change.lastDeliveredAt,
  };
  return Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [[column, value] as const],
  );
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
    madeBy: findText(row, "made_by"),
    lastDeliveredAt: findText(row, "last_delivered_at"),
  };
}
