import * as v from "valibot";
import { deliveryFaultSchema } from "../../protocol/subscription-messages.ts";
import { setDoor } from "./sql-doors.ts";
import { findText, integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";
import { subscriptionOf } from "./sql-subscriptions.ts";
import type { ClaimedDelivery, DeliveryRow, NewDelivery, SubscriptionsTx } from "./subscriptions.ts";

type Tx = Pick<
  SubscriptionsTx,
  | "countDeliveries"
  | "putDeliveries"
  | "claimDeliveries"
  | "settleDelivery"
  | "listDeliveries"
  | "reviveDelivery"
  | "replayDeliveries"
  | "forgetSettled"
  | "forgetDeliveries"
>;

type Query = SqlSession["query"];

/**
 * The statements of deliveries, one text for PGlite and PostgreSQL. Whoever changes a lane locks it first, and the door
 * of its workspace last: so a delivery that is written while the one before it is settled is never left behind.
 */
export function makeDeliveriesTx({ query }: SqlSession, workspace: string): Tx {
  return {
    countDeliveries: async () => {
      const rows = await query(
        `SELECT subscription, count(*) AS waiting, count(*) FILTER (WHERE state = 'dead') AS dead
         FROM docket.deliveries WHERE workspace = $1 AND state IN ('pending', 'dead') GROUP BY subscription`,
        [workspace],
      );
      return rows.map((row) => ({
        subscription: text(row, "subscription"),
        waiting: integer(row, "waiting"),
        dead: integer(row, "dead"),
      }));
    },
    putDeliveries: async (rows, now) => {
      if (rows.length === 0) return;
      const written = await query(insertDeliveries, [workspace, JSON.stringify(rows)]);
      if (written.length === 0) return;
      const lanes = new Map(
        written
          .map((row) => ({
            subscription: text(row, "subscription"),
            stream: text(row, "stream"),
            position: integer(row, "position"),
          }))
          .toSorted((one, other) => other.position - one.position)
          .map((lane) => [`${lane.subscription} ${lane.stream}`, lane]),
      );
      await query(insertLanes, [workspace, JSON.stringify([...lanes.values()]), now]);
      await setDoor(query, workspace);
    },
    claimDeliveries: async ({ now, until, lease, max, perSubscription }) => {
      const open = await query(lockDueSubscriptions, [workspace, now]);
      if (open.length === 0) {
        await setDoor(query, workspace);
        return [];
      }
      const ids = open.map((row) => text(row, "id"));
      const rows = await query(claimLanes, [workspace, ids, now, perSubscription, max, until, lease]);
      const subscriptions = new Map(open.map((row) => [text(row, "id"), subscriptionOf(row)]));
      await setDoor(query, workspace);
      return rows.flatMap((row): readonly ClaimedDelivery[] => {
        const to = subscriptions.get(text(row, "subscription"));
        return to === undefined
          ? []
          : [{ ...newDeliveryOf(row), attempts: integer(row, "attempts"), lease, to }];
      });
    },
    settleDelivery: async (claimed, settled, now) => {
      const key = [workspace, claimed.subscription, claimed.position] as const;
      const [held] = await query(
        `SELECT 1 AS one FROM docket.delivery_lanes WHERE workspace = $1 AND subscription = $2 AND position = $3
           AND stream = $4 AND lease = $5 FOR UPDATE`,
        [...key, claimed.stream, claimed.lease],
      );
      if (held === undefined) return false;
      if (settled.outcome === "delivered") {
        await query(settleDelivered, [...key, "delivered", now]);
        await query(
          "UPDATE docket.subscriptions SET last_delivered_at = $3 WHERE workspace = $1 AND id = $2",
          [workspace, claimed.subscription, now],
        );
        await advanceLane(query, workspace, claimed, now);
      } else {
        const isDead = settled.outcome === "dead";
        const dueAt = isDead ? null : settled.outcome === "retry" ? settled.dueAt : now;
        const state = isDead ? "dead" : "pending";
        await query(
          `UPDATE docket.deliveries SET state = $4, fault = $5, tried_at = $6
           WHERE workspace = $1 AND subscription = $2 AND position = $3`,
          [...key, state, JSON.stringify(settled.fault), now],
        );
        await query(setLane, [workspace, claimed.subscription, claimed.stream, claimed.position, dueAt]);
        if (settled.outcome === "gone")
          await query(
            "UPDATE docket.subscriptions SET state = 'gone' WHERE workspace = $1 AND id = $2 AND state = 'active'",
            [workspace, claimed.subscription],
          );
      }
      await setDoor(query, workspace);
      return true;
    },
    listDeliveries: async (subscription, state, after, max) => {
      const rows = await query(
        `SELECT d.*, l.due_at FROM docket.deliveries d
         LEFT JOIN docket.delivery_lanes l ON l.workspace = d.workspace AND l.subscription = d.subscription
           AND l.stream = d.stream AND l.position = d.position
         WHERE d.workspace = $1 AND d.subscription = $2 AND d.state = $3 AND d.position > $4
         ORDER BY d.position LIMIT $5`,
        [workspace, subscription, state, after, max],
      );
      return rows.map(deliveryOf);
    },
    reviveDelivery: async (subscription, id, how, now) => {
      const [dead] = await query(
        `SELECT d.stream, d.position FROM docket.deliveries d
         WHERE d.workspace = $1 AND d.subscription = $2 AND d.id = $3 AND d.state = 'dead' FOR UPDATE`,
        [workspace, subscription, id],
      );
      if (dead === undefined) return false;
      const lane = { subscription, stream: text(dead, "stream"), position: integer(dead, "position") };
      if (how === "replay") {
        await query(`${replayDelivery} AND position = $3`, [workspace, subscription, lane.position]);
        await query(setLane, [workspace, subscription, lane.stream, lane.position, now]);
      } else {
        await query(settleDelivered, [workspace, subscription, lane.position, "skipped", now]);
        await advanceLane(query, workspace, lane, now);
      }
      await setDoor(query, workspace);
      return true;
    },
    replayDeliveries: async (subscription, max, now) => {
      const rows = await query(
        `${replayDelivery} AND position IN (SELECT position FROM docket.deliveries
           WHERE workspace = $1 AND subscription = $2 AND state = 'dead' ORDER BY position LIMIT $3)
         RETURNING stream`,
        [workspace, subscription, max],
      );
      await query(
        `UPDATE docket.delivery_lanes SET due_at = $4, lease = NULL
         WHERE workspace = $1 AND subscription = $2 AND due_at IS NULL AND stream = ANY ($3::text[])`,
        [workspace, subscription, rows.map((row) => text(row, "stream")), now],
      );
      await setDoor(query, workspace);
      return rows.length;
    },
    forgetSettled: async (before, max) => {
      const rows = await query(
        `DELETE FROM docket.deliveries WHERE workspace = $1 AND id IN
           (SELECT id FROM docket.deliveries WHERE workspace = $1 AND settled_at IS NOT NULL AND settled_at < $2
             ORDER BY settled_at LIMIT $3) RETURNING 1 AS one`,
        [workspace, before, max],
      );
      return rows.length;
    },
    forgetDeliveries: async () => {
      await query("DELETE FROM docket.delivery_lanes WHERE workspace = $1", [workspace]);
      await query("DELETE FROM docket.deliveries WHERE workspace = $1", [workspace]);
      await setDoor(query, workspace);
    },
  };
}

/** Lets a lane go on with its next delivery, or ends it. The caller holds its lock, or that of its oldest delivery. */
async function advanceLane(
  query: Query,
  workspace: string,
  { subscription, stream }: Pick<NewDelivery, "subscription" | "stream">,
  now: string,
): Promise<void> {
  const lane = [workspace, subscription, stream] as const;
  await query(
    "SELECT 1 AS one FROM docket.delivery_lanes WHERE workspace = $1 AND subscription = $2 AND stream = $3 FOR UPDATE",
    lane,
  );
  const [next] = await query(
    `SELECT position FROM docket.deliveries WHERE workspace = $1 AND subscription = $2 AND stream = $3
       AND state IN ('pending', 'dead') ORDER BY position LIMIT 1`,
    lane,
  );
  if (next === undefined)
    await query(
      "DELETE FROM docket.delivery_lanes WHERE workspace = $1 AND subscription = $2 AND stream = $3",
      lane,
    );
  else await query(setLane, [...lane, integer(next, "position"), now]);
}

const deliveryColumns = "subscription, position, id, stream, event, type";

const insertDeliveries = `INSERT INTO docket.deliveries (workspace, ${deliveryColumns}, state, attempts)
  SELECT $1::uuid, d.*, 'pending', 0 FROM json_to_recordset($2::text::json)
    AS d(subscription uuid, position bigint, id uuid, stream text, event uuid, type text)
  ON CONFLICT DO NOTHING RETURNING subscription, stream, position`;

/** Writing to a lane that is there locks it: whoever is about to end it sees the delivery behind it. */
const insertLanes = `INSERT INTO docket.delivery_lanes (workspace, subscription, stream, position, due_at)
  SELECT $1::uuid, l.*, $3::text FROM json_to_recordset($2::text::json)
    AS l(subscription uuid, stream text, position bigint)
  ON CONFLICT (workspace, subscription, stream) DO UPDATE SET stream = excluded.stream`;

/** Whoever has a subscription's row may count what is under way to it and take more; others pass it over. */
const lockDueSubscriptions = `SELECT * FROM docket.subscriptions s WHERE workspace = $1 AND state = 'active'
    AND EXISTS (SELECT 1 FROM docket.delivery_lanes l WHERE l.workspace = $1 AND l.subscription = s.id AND l.due_at <= $2)
  ORDER BY id FOR UPDATE SKIP LOCKED`;

const claimLanes = `WITH due AS (
    SELECT l.subscription, l.stream, l.position FROM unnest($2::uuid[]) AS s(id)
    CROSS JOIN LATERAL (SELECT subscription, stream, position, due_at FROM docket.delivery_lanes
      WHERE workspace = $1 AND subscription = s.id AND due_at <= $3
      ORDER BY due_at, position LIMIT greatest(0, $4 - (SELECT count(*) FROM docket.delivery_lanes
        WHERE workspace = $1 AND subscription = s.id AND lease IS NOT NULL AND due_at > $3))
      FOR UPDATE SKIP LOCKED) AS l
    ORDER BY l.due_at, l.position LIMIT $5
  ), claimed AS (
    UPDATE docket.delivery_lanes l SET due_at = $6, lease = $7::uuid FROM due
    WHERE l.workspace = $1 AND l.subscription = due.subscription AND l.stream = due.stream
    RETURNING l.subscription, l.position
  )
  UPDATE docket.deliveries d SET attempts = d.attempts + 1 FROM claimed
  WHERE d.workspace = $1 AND d.subscription = claimed.subscription AND d.position = claimed.position
  RETURNING d.*`;

const setLane = `UPDATE docket.delivery_lanes SET position = $4, due_at = $5, lease = NULL
  WHERE workspace = $1 AND subscription = $2 AND stream = $3`;

const settleDelivered = `UPDATE docket.deliveries SET state = $4, settled_at = $5, fault = NULL
  WHERE workspace = $1 AND subscription = $2 AND position = $3`;

const replayDelivery = `UPDATE docket.deliveries SET state = 'pending', attempts = 0
  WHERE workspace = $1 AND subscription = $2`;

function newDeliveryOf(row: SqlRow): NewDelivery {
  return {
    id: text(row, "id"),
    subscription: text(row, "subscription"),
    position: integer(row, "position"),
    stream: text(row, "stream"),
    event: text(row, "event"),
    type: text(row, "type"),
  };
}

function deliveryOf(row: SqlRow): DeliveryRow {
  const fault = findText(row, "fault");
  return {
    ...newDeliveryOf(row),
    state: v.parse(v.picklist(["pending", "dead", "delivered", "skipped"]), row.state),
    attempts: integer(row, "attempts"),
    triedAt: findText(row, "tried_at"),
    fault: fault === null ? null : v.parse(deliveryFaultSchema, JSON.parse(fault)),
    dueAt: findText(row, "due_at"),
  };
}
