import type { DeviceDatabase } from "./database.ts";
import type { Device } from "./device.ts";
import { emptyStream } from "./fold.ts";
import { groupBy } from "./group-by.ts";
import { mustMeta, putMeta } from "./meta.ts";
import { writeStreams } from "./project.ts";
import { inTurn, rebase } from "./rebase.ts";
import { refreshed } from "./refold.ts";
import type { OutboxRow } from "./rows.ts";

/** How many rows one transaction takes. */
const chunkRows = 100;

/**
 * Takes over the unconfirmed commands of another database: work done before joining, or by a former identity of this
 * device. They keep their ids, their times and their reasons for being parked; what does not fit what is here yet
 * waits for the log. A command id that is here already is passed over, so taking over twice is taking over once.
 */
export async function adoptCommands(device: Device, rows: readonly OutboxRow[]): Promise<void> {
  const ordered = inTurn(rows);
  for (let from = 0; from < ordered.length; from += chunkRows) {
    await adoptChunk(device.db, ordered.slice(from, from + chunkRows));
  }
}

async function adoptChunk(db: DeviceDatabase, rows: readonly OutboxRow[]): Promise<void> {
  await db.transaction("rw", [db.meta, db.outbox, db.streams, db.sums, db.log], async () => {
    const known = await db.outbox
      .where("id")
      .anyOf(rows.map(({ id }) => id))
      .toArray();
    const fresh = rows.filter(({ id }) => !known.some((row) => row.id === id));
    if (fresh.length === 0) return;
    const [counters, ledger, place] = await Promise.all([
      mustMeta(db, "counters"),
      mustMeta(db, "ledger"),
      mustMeta(db, "place"),
    ]);
    const adopted = fresh.map((row, index) => adoptedRow(row, counters.seq + index + 1));
    await db.outbox.bulkAdd(adopted);
    await putMeta(db, "counters", { ...counters, seq: counters.seq + adopted.length });
    const context = { clockOffsetMs: place.clockOffsetMs, more: true, now: new Date().toISOString() };
    let settled = ledger.settled;
    for (const stream of groupBy(adopted, (row) => row.stream).keys()) {
      const stored = await db.streams.get(stream);
      const before = stored === undefined ? emptyStream(stream) : await refreshed(db, stored);
      const rebased = rebase(before, await db.outbox.where("stream").equals(stream).toArray(), context);
      await db.outbox.bulkPut([...rebased.changed]);
      await db.outbox.bulkDelete(rebased.settled.map(({ seq }) => seq));
      await writeStreams(db, [{ before, after: rebased.stream }]);
      settled += rebased.settled.length;
    }
    await putMeta(db, "ledger", { ...ledger, created: ledger.created + adopted.length, settled });
  });
}

function adoptedRow(row: OutboxRow, seq: number): OutboxRow {
  const { held: _held, probes: _probes, ...rest } = row;
  const state = row.state === "parked" ? "parked" : "pending";
  return { ...rest, seq, rank: seq, state, accepted: false, conflicts: 0 };
}
