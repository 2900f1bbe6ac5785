import type { SqlSession } from "./sql-driver.ts";

/**
 * Says when something of the workspace is due next. Two statements: the second sees what others have committed while
 * the first waited for the door.
 */
export async function setDoor(query: SqlSession["query"], workspace: string): Promise<void> {
  await query(
    `INSERT INTO docket.delivery_doors (workspace, due_at) VALUES ($1, NULL)
     ON CONFLICT (workspace) DO UPDATE SET due_at = docket.delivery_doors.due_at`,
    [workspace],
  );
  await query(
    `UPDATE docket.delivery_doors SET due_at = (SELECT min(n.due_at) FROM docket.subscriptions s
       CROSS JOIN LATERAL (SELECT min(l.due_at) AS due_at FROM docket.delivery_lanes l
         WHERE l.workspace = $1 AND l.subscription = s.id AND l.due_at IS NOT NULL) AS n
       WHERE s.workspace = $1 AND s.state = 'active') WHERE workspace = $1`,
    [workspace],
  );
}
