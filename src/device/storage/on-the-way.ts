import type { DeviceDatabase } from "./database.ts";
import { findMeta, type OnTheWay } from "./meta.ts";
import type { OutboxRow } from "./rows.ts";

/** What is on the way now. */
export async function findOnTheWay(db: DeviceDatabase): Promise<OnTheWay> {
  return (await findMeta(db, "onTheWay")) ?? [];
}

/**
 * Rows with `sent` as it is: whether the server may have them. What is stored says so only of what an answer has found
 * here, so whoever asks for `sent` reads rows by this; one that needs no change is the same object.
 */
export function withOnTheWay<Row extends OutboxRow>(
  rows: readonly Row[],
  onTheWay: OnTheWay,
): readonly Row[] {
  if (onTheWay.length === 0) return rows;
  const away = new Set(onTheWay);
  return rows.map((row) => (row.sent || !away.has(row.seq) ? row : { ...row, sent: true }));
}
