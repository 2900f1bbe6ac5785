import type { Device } from "../storage/device.ts";
import { groupBy } from "../storage/group-by.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { inTurn } from "../streams/rebase.ts";
import { bringBack, discard } from "../streams/stand.ts";
import { changeOutbox } from "./change-outbox.ts";
import type { Handled } from "./handle-command.ts";
import { mayDiscard, mayReturn, sendAgain, touch } from "./resolve.ts";

/** How many streams one transaction takes. */
const chunkStreams = 50;

/** Takes back those of these commands that may be; each is kept as discarded. Tells the `seq` of those that were. */
export async function discardCommands(device: Device, seqs: readonly number[]): Promise<readonly number[]> {
  return changeRows(device, seqs, (row, now) => (mayDiscard(row) ? discard(row, now) : undefined));
}

/** Brings those of these commands back that are discarded, and that nothing has replaced. */
export async function undoDiscards(device: Device, seqs: readonly number[]): Promise<readonly number[]> {
  return changeRows(device, seqs, (row, now) => (mayReturn(row) ? bringBack(row, now) : undefined));
}

/** Sends parked commands once more, in their turn. One that cannot go stays as it is, and stops no other. */
export async function sendAllAgain(
  device: Device,
  seqs: readonly number[],
): Promise<{ readonly sent: number; readonly failed: readonly Handled[] }> {
  const found = await device.db.outbox.bulkGet([...seqs]);
  const rows = inTurn(found.filter((row) => row !== undefined)).filter(({ state }) => state === "parked");
  const failed: Handled[] = [];
  for (const { seq } of rows) {
    // What the one before it was blocking is sent automatically now.
    if ((await device.db.outbox.get(seq))?.state !== "parked") continue;
    const handled = await sendAgain(device, seq);
    if (!isDone.has(handled.outcome)) failed.push(handled);
  }
  return { sent: rows.length - failed.length, failed };
}

/** What was sent or decided meanwhile needs nothing more. */
const isDone: ReadonlySet<Handled["outcome"]> = new Set(["saved", "already", "gone"]);

/**
 * Changes rows by stream, so many streams in a transaction; undefined leaves one as it is. Tells which rows it changed.
 */
async function changeRows(
  device: Device,
  seqs: readonly number[],
  change: (row: OutboxRow, now: string) => OutboxRow | undefined,
): Promise<readonly number[]> {
  const { db } = device;
  const wanted = new Set(seqs);
  const found = (await db.outbox.bulkGet([...seqs])).filter((row) => row !== undefined);
  const streams = [...groupBy(found, ({ stream }) => stream).values()];
  const changed: number[] = [];
  for (let from = 0; from < streams.length; from += chunkStreams) {
    const done = await changeOutbox(db, async () => {
      const inChunk: number[] = [];
      for (const [first] of streams.slice(from, from + chunkStreams)) {
        if (first === undefined) continue;
        await touch(device, first.seq, (rows, _row, now) =>
          rows.map((row) => {
            const after = wanted.has(row.seq) ? change(row, now) : undefined;
            if (after !== undefined) inChunk.push(row.seq);
            return after ?? row;
          }),
        );
      }
      return inChunk;
    });
    changed.push(...done);
  }
  return changed;
}
