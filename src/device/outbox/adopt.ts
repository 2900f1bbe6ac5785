import { kindOf } from "../../domain/stream-key.ts";
import { openDatabase } from "../storage/database.ts";
import type { Device, DeviceStorage } from "../storage/device.ts";
import { mustMeta, putMeta } from "../storage/meta.ts";
import { findOnTheWay, withOnTheWay } from "../storage/on-the-way.ts";
import { ownIds } from "../storage/own-ids.ts";
import { noteAdopted, type WorkspaceEntry } from "../storage/registry.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { adoptScanNotes, findScanNotes } from "../storage/scan-notes.ts";
import { rethrowUnlessStorage } from "../storage/storage-fault.ts";
import { inTurn, rebase } from "../streams/rebase.ts";
import { pending } from "../streams/stand.ts";
import { changeOutbox, commandsPerChange } from "./change-outbox.ts";
import { findInLog, findWaitingHere } from "./find-here.ts";

/**
 * Brings along what is still to be adopted into a workspace, and notes that it was: after joining, and after a start
 * that finds joining interrupted. From the same transaction on in which its commands are read, a former database saves
 * nothing more: a tab that is still open on it says so, and no order is left behind. Where storage has no room, the
 * work stays where it is, and the next start tries again.
 */
export async function finishAdoption(
  device: Device,
  entry: WorkspaceEntry,
  storage: DeviceStorage,
): Promise<void> {
  if (entry.toAdopt === undefined) return;
  try {
    for (const former of entry.toAdopt) await bringAlong(former, device, storage);
    await noteAdopted(entry.id, storage);
  } catch (error) {
    rethrowUnlessStorage(error);
  }
}

/**
 * Brings along the commands of a database that was worked in before joining, and what was scanned there without result.
 * The business's settings are the workspace's own and do not come along, and nor does what the log has already. Doing
 * it twice changes nothing.
 */
export async function bringAlong(database: string, device: Device, storage: DeviceStorage): Promise<void> {
  const former = openDatabase(database, storage);
  try {
    const { rows, notes, identity } = await former.transaction("rw", former.meta, former.outbox, async () => {
      await putMeta(former, "movedTo", device.db.name);
      const waiting = withOnTheWay(await former.outbox.toArray(), await findOnTheWay(former));
      const scanned = await findScanNotes(former);
      return { rows: waiting, notes: scanned, identity: await mustMeta(former, "identity") };
    });
    await adoptScanNotes(device.db, notes);
    const own = rows.filter(({ stream }) => kindOf(stream) !== "workspace");
    const makers = new Set([...ownIds(identity), ...ownIds(await mustMeta(device.db, "identity"))]);
    const landed = await findInLog(device.db, own, makers);
    await adoptCommands(
      device,
      own.filter(({ id }) => !landed.has(id)),
    );
  } finally {
    former.close();
  }
}

/**
 * Takes over the unconfirmed commands of another database. They keep their ids, their times and their reasons for being
 * parked; what does not fit what is here yet waits for the log. A command that waits here already, under whichever of
 * its ids, is passed over, so taking over twice is taking over once. Tells how many were new here.
 */
export async function adoptCommands(device: Device, rows: readonly OutboxRow[]): Promise<number> {
  const ordered = inTurn(rows);
  let adopted = 0;
  for (let from = 0; from < ordered.length; from += commandsPerChange) {
    adopted += await adoptChunk(device, ordered.slice(from, from + commandsPerChange));
  }
  return adopted;
}

async function adoptChunk(device: Device, rows: readonly OutboxRow[]): Promise<number> {
  const { db } = device;
  return changeOutbox(db, async (change) => {
    const known = await findWaitingHere(db, rows);
    const fresh = rows.filter(({ id }) => !known.has(id));
    if (fresh.length === 0) return 0;
    const { seq } = await change.draw(fresh.length);
    const adopted = fresh.map((row, index) => adoptedRow(row, seq + index + 1));
    await change.add(adopted);
    const context = {
      clockOffsetMs: (await mustMeta(db, "place")).clockOffsetMs,
      // Without a server no more of the log ever comes.
      more: device.identity().joined !== undefined,
      now: new Date(device.clockMs()).toISOString(),
    };
    for (const before of (await change.streams(adopted.map(({ stream }) => stream))).values()) {
      const waiting = await db.outbox.where("stream").equals(before.key).toArray();
      await change.rebased(before, rebase(before, waiting, context));
    }
    return adopted.length;
  });
}

function adoptedRow(row: OutboxRow, seq: number): OutboxRow {
  const { probes: _probes, ...rest } = row;
  const adopted = { ...rest, seq, rank: seq, accepted: false, conflicts: 0 };
  return adopted.state === "parked" ? adopted : { ...pending(adopted), unasked: true };
}
