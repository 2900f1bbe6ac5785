import type { BookClaim, BookLevel, BookTx } from "./book.ts";
import { integer, type SqlRow, type SqlSession, text } from "./sql-driver.ts";

/** The statements of inventory's book, one text for PGlite and PostgreSQL. Every one is led by the workspace. */
export function makeBookTx({ query }: SqlSession, workspace: string): BookTx {
  const selectClaims = async (condition: string, values: readonly (string | number)[]) => {
    const select = `SELECT ${claimColumns} FROM docket.stock_claims WHERE workspace = $1 AND ${condition}`;
    return (await query(select, [workspace, ...values])).map(claimOf);
  };
  return {
    findLevels: async (skus) => {
      if (skus.length === 0) return [];
      const rows = await query(
        `SELECT l.* FROM unnest($2::text[]) AS w(sku) CROSS JOIN LATERAL (SELECT ${levelColumns}
           FROM docket.stock_levels WHERE workspace = $1 AND sku = w.sku LIMIT 1) AS l`,
        [workspace, skus],
      );
      return rows.map(levelOf);
    },
    findUntoldLevels: async (max) => {
      const select = `SELECT ${levelColumns} FROM docket.stock_levels WHERE workspace = $1 AND untold
        ORDER BY sku LIMIT $2`;
      return (await query(select, [workspace, max])).map(levelOf);
    },
    putLevels: async (levels) => {
      if (levels.length === 0) return;
      await query(putLevelsStatement, [workspace, JSON.stringify(levels.map(levelRow))]);
    },
    findClaims: (order) => selectClaims("order_id = $2 ORDER BY sku", [order]),
    findShortClaims: (sku, max) =>
      selectClaims("sku = $2 AND reserved < wanted ORDER BY place, order_id LIMIT $3", [sku, max]),
    findHolders: (sku, before, max) =>
      selectClaims("sku = $2 AND reserved > 0 AND place < $3 ORDER BY place DESC, order_id DESC LIMIT $4", [
        sku,
        before,
        max,
      ]),
    putClaims: async (claims) => {
      if (claims.length === 0) return;
      await query(putClaimsStatement, [workspace, JSON.stringify(claims)]);
    },
    deleteClaims: async (order, skus) => {
      await query(
        "DELETE FROM docket.stock_claims WHERE workspace = $1 AND order_id = $2 AND sku = ANY($3::text[])",
        [workspace, order, skus],
      );
    },
    forgetBook: async () => {
      await Promise.all([
        query("DELETE FROM docket.stock_levels WHERE workspace = $1", [workspace]),
        query("DELETE FROM docket.stock_claims WHERE workspace = $1", [workspace]),
      ]);
    },
  };
}

const levelColumns = "sku, on_hand, reserved, counts, received, told_on_hand, told_counts, told_received";
const claimColumns = "order_id, sku, number, place, wanted, reserved";

const putLevelsStatement = `INSERT INTO docket.stock_levels (workspace, ${levelColumns}, untold)
  SELECT $1::uuid, l.* FROM json_to_recordset($2::text::json) AS l(sku text, on_hand bigint, reserved bigint,
    counts bigint, received bigint, told_on_hand bigint, told_counts bigint, told_received bigint, untold boolean)
  ON CONFLICT (workspace, sku) DO UPDATE SET on_hand = excluded.on_hand, reserved = excluded.reserved,
    counts = excluded.counts, received = excluded.received, told_on_hand = excluded.told_on_hand,
    told_counts = excluded.told_counts, told_received = excluded.told_received, untold = excluded.untold`;

const putClaimsStatement = `INSERT INTO docket.stock_claims (workspace, ${claimColumns})
  SELECT $1::uuid, c.* FROM json_to_recordset($2::text::json) AS c("order" uuid, sku text, number text, turn bigint,
    wanted bigint, reserved bigint)
  ON CONFLICT (workspace, order_id, sku) DO UPDATE SET number = excluded.number, place = excluded.place,
    wanted = excluded.wanted, reserved = excluded.reserved`;

/** Whether the log has yet to be told of a level. */
export function isUntold({ onHand, counts, receivedSinceCount, told }: BookLevel): boolean {
  return (
    told === null ||
    told.onHand !== onHand ||
    told.counts !== counts ||
    told.receivedSinceCount !== receivedSinceCount
  );
}

function levelRow(level: BookLevel): object {
  const { sku, onHand, reserved, counts, receivedSinceCount, told } = level;
  return {
    sku,
    on_hand: onHand,
    reserved,
    counts,
    received: receivedSinceCount,
    told_on_hand: told?.onHand ?? null,
    told_counts: told?.counts ?? null,
    told_received: told?.receivedSinceCount ?? null,
    untold: isUntold(level),
  };
}

function levelOf(row: SqlRow): BookLevel {
  const told =
    row.told_on_hand === null
      ? null
      : {
          onHand: integer(row, "told_on_hand"),
          counts: integer(row, "told_counts"),
          receivedSinceCount: integer(row, "told_received"),
        };
  return {
    sku: text(row, "sku"),
    onHand: integer(row, "on_hand"),
    reserved: integer(row, "reserved"),
    counts: integer(row, "counts"),
    receivedSinceCount: integer(row, "received"),
    told,
  };
}

function claimOf(row: SqlRow): BookClaim {
  return {
    order: text(row, "order_id"),
    number: text(row, "number"),
    sku: text(row, "sku"),
    turn: integer(row, "place"),
    wanted: integer(row, "wanted"),
    reserved: integer(row, "reserved"),
  };
}
