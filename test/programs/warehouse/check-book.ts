import postgres from "postgres";

/** What was found of a workspace's book and log; `violations` are sentences. */
export interface BookReport {
  readonly orders: number;
  readonly reactions: number;
  readonly skus: number;
  readonly events: number;
  readonly violations: readonly string[];
}

/**
 * Holds inventory's book against the log, in SQL alone: each rule is a query for what breaks it.
 * `url` is the superuser's.
 */
export async function checkBook(url: string, workspace: string): Promise<BookReport> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const violations: string[] = [];
    for (const [rule, query] of Object.entries(rules)) {
      const rows = await sql.unsafe(query, [workspace]);
      if (rows.length > 0)
        violations.push(`${rule}: ${rows.length} times, such as ${JSON.stringify(rows[0])}`);
    }
    const [counts] = await sql.unsafe(countsQuery, [workspace]);
    return {
      orders: Number(counts?.orders),
      reactions: Number(counts?.reactions),
      skus: Number(counts?.skus),
      events: Number(counts?.events),
      violations,
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const ownEvents = "docket.events WHERE workspace = $1";

const countsQuery = `SELECT
  (SELECT count(*) FROM ${ownEvents} AND type = 'order-placed') AS orders,
  (SELECT count(*) FROM ${ownEvents} AND causation IS NOT NULL) AS reactions,
  (SELECT count(*) FROM docket.stock_levels WHERE workspace = $1) AS skus,
  (SELECT count(*) FROM ${ownEvents}) AS events`;

/**
 * On hand: what was counted last, and what was received and shipped after it. A shipment is where the order was
 * shipped, not where it was booked.
 */
const expectedLevels = `WITH moved AS (
    SELECT position AS at, type, data::json->>'sku' AS sku, (data::json->>'quantity')::bigint AS quantity
      FROM ${ownEvents} AND type IN ('stock-counted', 'stock-received')
    UNION ALL
    SELECT s.position, e.type, l->>'sku', -(l->>'quantity')::bigint FROM docket.events e
      JOIN docket.events s ON s.workspace = e.workspace AND s.id = e.causation
      CROSS JOIN json_array_elements(e.data::json->'lines') l
      WHERE e.workspace = $1 AND e.type = 'stock-issued'
  ), counted AS (SELECT sku, max(at) AS at FROM moved WHERE type = 'stock-counted' GROUP BY sku)
  SELECT m.sku, sum(m.quantity) AS on_hand FROM moved m LEFT JOIN counted c USING (sku)
    WHERE c.at IS NULL OR m.at >= c.at GROUP BY m.sku`;

const rules: Readonly<Record<string, string>> = {
  "[L5] positions are 1..head without a hole": `SELECT count(*) AS events, max(position) AS last, w.head
    FROM docket.events e JOIN docket.workspaces w USING (workspace) WHERE workspace = $1
    GROUP BY w.head HAVING count(*) <> max(position) OR max(position) <> w.head`,
  "[L4] each placed order is answered once": `SELECT e.id, count(r.id) AS answers FROM docket.events e
    LEFT JOIN docket.events r ON r.workspace = e.workspace AND r.causation = e.id
      AND r.stream = replace(e.stream, 'order/', 'allocation/')
    WHERE e.workspace = $1 AND e.type = 'order-placed' GROUP BY e.id HAVING count(r.id) <> 1`,
  "[L4] each shipped or cancelled order is ended once": `SELECT e.stream, count(r.id) AS ends FROM docket.events e
    LEFT JOIN docket.events r ON r.workspace = e.workspace
      AND r.stream = replace(e.stream, 'order/', 'allocation/') AND r.type IN ('stock-issued', 'stock-released')
    WHERE e.workspace = $1 AND e.type IN ('order-shipped', 'order-cancelled')
    GROUP BY e.stream HAVING count(r.id) <> 1`,
  "nothing is said to an order that is over": `SELECT a.stream FROM docket.events a JOIN docket.events o
      ON o.workspace = a.workspace AND o.stream = a.stream AND o.version > a.version
    WHERE a.workspace = $1 AND a.type IN ('stock-issued', 'stock-released')`,
  "a reaction stands after its cause": `SELECT r.position FROM docket.events r JOIN docket.events e
      ON e.workspace = r.workspace AND e.id = r.causation WHERE r.workspace = $1 AND r.position < e.position`,
  "0 <= reserved <= on hand": `SELECT sku FROM docket.stock_levels
    WHERE workspace = $1 AND (reserved < 0 OR reserved > on_hand)`,
  "what is reserved is what orders have": `SELECT l.sku, l.reserved, coalesce(sum(c.reserved), 0) AS had
    FROM docket.stock_levels l LEFT JOIN docket.stock_claims c ON c.workspace = l.workspace AND c.sku = l.sku
    WHERE l.workspace = $1 GROUP BY l.sku, l.reserved HAVING l.reserved <> coalesce(sum(c.reserved), 0)`,
  "on hand = received - issued": `SELECT l.sku, l.on_hand, e.on_hand AS expected FROM docket.stock_levels l
    FULL JOIN (${expectedLevels}) e ON e.sku = l.sku
    WHERE (l.workspace = $1 OR l.workspace IS NULL) AND l.on_hand IS DISTINCT FROM e.on_hand`,
  "nothing is free while an order lacks it": `SELECT c.order_id, c.sku FROM docket.stock_claims c
    JOIN docket.stock_levels l ON l.workspace = c.workspace AND l.sku = c.sku
    WHERE c.workspace = $1 AND c.reserved < c.wanted AND l.reserved < l.on_hand`,
  "the log was told what is there": `SELECT sku FROM docket.stock_levels WHERE workspace = $1 AND untold`,
  "what was said last to an open order is what the book says": `SELECT c.order_id, c.sku, c.reserved, s.reserved AS said
    FROM docket.stock_claims c
    JOIN docket.stock_levels l ON l.workspace = c.workspace AND l.sku = c.sku
    JOIN LATERAL (SELECT data FROM docket.events WHERE workspace = c.workspace
      AND stream = 'allocation/' || c.order_id ORDER BY version DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT (l->>'reserved')::bigint AS reserved FROM json_array_elements(a.data::json->'lines') l
      WHERE l->>'sku' = c.sku) s ON true
    WHERE c.workspace = $1 AND s.reserved IS DISTINCT FROM c.reserved`,
  "nothing is set aside": "SELECT stream, reason FROM docket.set_aside WHERE workspace = $1",
  "the lag is zero": `SELECT c.consumer, w.head - c.position AS lag FROM docket.consumers c
    JOIN docket.workspaces w USING (workspace) WHERE workspace = $1 AND c.position <> w.head`,
};
