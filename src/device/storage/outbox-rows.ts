import type { Collection } from "dexie";
import type { DeviceDatabase } from "./database.ts";
import type { OutboxRow } from "./rows.ts";

/** The commands in one state, in order of their turn. */
export function outboxInState(db: DeviceDatabase, state: OutboxRow["state"]): Collection<OutboxRow, number> {
  return db.outbox
    .where("[state+rank]")
    .between([state, Number.NEGATIVE_INFINITY], [state, Number.POSITIVE_INFINITY]);
}

/** So many times more may lie between the first and the last that are wanted, and still one request reads them. */
const spreadMax = 2;

/** The commands of these seqs that are here: in one request where they lie close together, else in one wave of them. */
export async function rowsBySeq(db: DeviceDatabase, seqs: readonly number[]): Promise<readonly OutboxRow[]> {
  if (seqs.length === 0) return [];
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)];
  if (last - first >= seqs.length * spreadMax) {
    const found = await db.outbox.bulkGet([...seqs]);
    return found.filter((row) => row !== undefined);
  }
  const wanted = new Set(seqs);
  const near = await db.outbox.where("seq").between(first, last, true, true).toArray();
  return near.filter(({ seq }) => wanted.has(seq));
}
