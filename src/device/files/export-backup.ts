import { type BackupHeader, backupFormat, backupText } from "../../protocol/backup-file.ts";
import { proofOf } from "../../protocol/written-by.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Device } from "../storage/device.ts";
import { mustMeta } from "../storage/meta.ts";
import { findOnTheWay, withOnTheWay } from "../storage/on-the-way.ts";
import type { Identity, OutboxRow } from "../storage/rows.ts";
import { segmentText } from "../streams/log.ts";
import { findSettings } from "../views/queries.ts";

/** What a backup file is to hold; `only` names single commands of the outbox. `app` is the version of this build. */
export interface BackupWish {
  readonly holds: BackupHeader["holds"];
  readonly app: string;
  readonly only?: readonly number[];
}

/** A backup file: its text in parts, its name, and how many commands it holds. */
export interface Backup {
  readonly fileName: string;
  readonly parts: readonly string[];
  readonly commandCount: number;
}

/**
 * The work of this device as one file, read in one transaction. It needs no server and writes nothing, so it works
 * for a device whose access was taken back, and on a full disk.
 */
export async function exportBackup({ db, clockMs }: Device, wish: BackupWish): Promise<Backup> {
  const madeAt = new Date(clockMs()).toISOString();
  return db.transaction("r", [db.meta, db.outbox, db.streams, db.log, db.resupply], async () => {
    const [identity, place, settings] = await Promise.all([
      mustMeta(db, "identity"),
      mustMeta(db, "place"),
      findSettings(db),
    ]);
    const rows = await wantedRows(db, wish);
    const everything = wish.holds === "everything";
    const lost = everything ? await db.resupply.orderBy("[state+order]").toArray() : [];
    const segments = everything ? await db.log.orderBy("first").toArray() : [];
    const header: BackupHeader = {
      docket: "backup",
      format: backupFormat,
      holds: wish.holds,
      madeAt,
      app: wish.app,
      workspace: {
        id: identity.workspaceId,
        name: identity.workspaceName,
        currency: settings?.currency ?? null,
      },
      device: {
        id: identity.deviceId,
        code: identity.code,
        name: identity.deviceName,
        formerIds: [...(identity.formerIds ?? [])],
      },
      joined: identity.joined !== undefined,
      position: place.position,
      head: place.head,
    };
    const lines = [
      ...rows.map((row) => JSON.stringify({ command: commandLine(row, identity) })),
      ...lost.map(({ events }) => JSON.stringify({ lost: events })),
      // A segment has the JSON text of its events already.
      ...segments.map((segment) => `{"events":${segmentText(segment)}}`),
    ];
    return {
      fileName: fileName(identity.workspaceName, madeAt, wish.holds),
      parts: backupText(header, lines),
      commandCount: rows.length,
    };
  });
}

async function wantedRows(db: DeviceDatabase, { holds, only }: BackupWish): Promise<readonly OutboxRow[]> {
  const rows = withOnTheWay(await db.outbox.orderBy("seq").toArray(), await findOnTheWay(db));
  if (only !== undefined) return rows.filter(({ seq }) => only.includes(seq));
  return holds === "everything" ? rows : rows.filter(({ state }) => state !== "discarded");
}

/** A command without what only this device could know of its sending, and with the proof of who wrote it. */
function commandLine(row: OutboxRow, identity: Identity) {
  const { accepted: _accepted, conflicts: _conflicts, held: _held, probes: _probes, ...kept } = row;
  const written = row.written ?? writtenHere(row, identity);
  return written === undefined ? kept : { ...kept, written };
}

/** The proof that this device wrote a command; undefined without a server, which alone could tell. */
function writtenHere(
  row: OutboxRow,
  { deviceId, workspaceId, joined }: Identity,
): OutboxRow["written"] | undefined {
  if (joined === undefined) return undefined;
  const { id, seq, stream, at, events } = row;
  const proven = { workspace: workspaceId, device: deviceId, id, seq, stream, at, events: [...events] };
  return { device: deviceId, seq, proof: proofOf(joined.token, proven) };
}

/** `docket-quay-street-foods-2026-02-01-waiting.jsonl`. */
function fileName(workspace: string, madeAt: string, holds: BackupHeader["holds"]): string {
  const plain = workspace
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return ["docket", plain, madeAt.slice(0, 10), `${holds}.jsonl`].filter(Boolean).join("-");
}
