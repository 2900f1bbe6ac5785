import { kindOf } from "../../domain/stream-key.ts";
import {
  type BackupCommand,
  type BackupHeader,
  type ReadBackup,
  readBackup,
} from "../../protocol/backup-file.ts";
import { limits } from "../../protocol/limits.ts";
import { problem } from "../../protocol/problem.ts";
import { adoptCommands } from "../outbox/adopt.ts";
import { findInLog, findWaitingHere } from "../outbox/find-here.ts";
import type { Device } from "../storage/device.ts";
import { mustMeta } from "../storage/meta.ts";
import { ownIds } from "../storage/own-ids.ts";
import type { OutboxRow, ParkedReason, PendingRow } from "../storage/rows.ts";
import { mustStorageFault } from "../storage/storage-fault.ts";
import { findSettings } from "../views/queries.ts";

/**
 * A file that can be restored, and what it would bring: `fresh` commands are not here yet, `known` ones are. Of the
 * fresh ones `unproven` bear no proof of who wrote them: each waits for a person.
 */
export interface ReadyBackup {
  readonly outcome: "ready";
  readonly header: BackupHeader;
  readonly fresh: readonly BackupCommand[];
  readonly unproven: number;
  readonly known: number;
}

/** Why a file is not restored. */
export type RefusedBackup =
  | { readonly outcome: "too-large" }
  | Exclude<ReadBackup, { outcome: "backup" }>
  | { readonly outcome: "other-workspace"; readonly name: string }
  | { readonly outcome: "other-currency"; readonly currency: string; readonly here: string };

/** The largest file that is read, in bytes. */
export const backupBytesMax = limits.backupBytes;

/** The result of a restore. */
export type BroughtIn =
  | { readonly outcome: "brought-in"; readonly fresh: number; readonly known: number }
  | { readonly outcome: "not-saved"; readonly why: "quota" | "storage"; readonly message: string };

/** Reads a file whole and holds it against this device; changes nothing. */
export async function checkBackup(device: Device, text: string): Promise<ReadyBackup | RefusedBackup> {
  if (text.length > backupBytesMax) return { outcome: "too-large" };
  const read = readBackup(text);
  if (read.outcome !== "backup") return read;
  const { header } = read;
  const isSame = header.workspace.id === device.identity().workspaceId;
  // Work that has no server yet belongs to no workspace but its device's: it may go along, as when a device joins.
  if (!isSame && header.joined) return { outcome: "other-workspace", name: header.workspace.name };
  if (!isSame) {
    const here = (await findSettings(device.db))?.currency;
    const { currency } = header.workspace;
    if (here !== undefined && currency !== null && here !== currency)
      return { outcome: "other-currency", currency, here };
  }
  const open = read.commands.filter(
    ({ state, stream }) => state !== "discarded" && (isSame || kindOf(stream) !== "workspace"),
  );
  const here = await knownIds(device, header, open);
  const fresh = open.filter(({ id }) => !here.has(id));
  const isAlone = device.identity().joined === undefined;
  const unproven = isAlone ? 0 : fresh.filter(({ written }) => written === undefined).length;
  return { outcome: "ready", header, fresh, unproven, known: open.length - fresh.length };
}

/**
 * Restores what a checked file holds: each command under its own id and a seq of this device, once, however often.
 * Interrupted, it is simply done again.
 */
export async function bringIn(device: Device, ready: ReadyBackup): Promise<BroughtIn> {
  try {
    const here = await knownIds(device, ready.header, ready.fresh);
    const isAlone = device.identity().joined === undefined;
    const rows = ready.fresh.filter(({ id }) => !here.has(id)).map((command) => rowOf(command, isAlone));
    const fresh = await adoptCommands(device, rows);
    return { outcome: "brought-in", fresh, known: ready.known + ready.fresh.length - fresh };
  } catch (error) {
    return { outcome: "not-saved", ...mustStorageFault(error) };
  }
}

/**
 * The ids among these that wait here, or are in the log: recorded by the file's device or this one, or with the same
 * events. What another device has put under such an id does not stand for it: then it is restored, and the server says
 * whose it is.
 */
async function knownIds(
  { db }: Device,
  { device }: BackupHeader,
  commands: readonly BackupCommand[],
): Promise<ReadonlySet<string>> {
  const makers = new Set([device.id, ...device.formerIds, ...ownIds(await mustMeta(db, "identity"))]);
  const [waiting, landed] = await Promise.all([
    findWaitingHere(db, commands),
    findInLog(db, commands, makers),
  ]);
  return new Set([...waiting, ...landed]);
}

/**
 * A row as `adoptCommands` takes it. What another state of things did not allow is decided here again. It is its
 * writer's, by its proof; without one it waits for a person, who may make it their own.
 */
function rowOf(command: BackupCommand, isAlone: boolean): OutboxRow {
  const { id, seq, rank, stream, events, expected, at, actor, traceparent, sent, replaces, since } = command;
  const { written } = command;
  const row: PendingRow = {
    id,
    seq,
    rank,
    stream,
    state: "pending",
    command: command.command,
    events,
    expected,
    at,
    actor,
    traceparent,
    sent,
    accepted: false,
    conflicts: 0,
    ...(replaces === undefined ? {} : { replaces }),
    ...(written === undefined ? {} : { written }),
  };
  const parked = reasonOf(command, isAlone);
  if (parked === undefined) return row;
  return { ...row, state: "parked", parked, ...(since === undefined ? {} : { since }) };
}

/**
 * Why a command waits for a person at once: it did on its own device, or nothing proves who wrote it. A device without
 * a server is nobody's but its own: whoever restores a file there is asked nothing.
 */
function reasonOf({ state, parked, written }: BackupCommand, isAlone: boolean): ParkedReason | undefined {
  if (state === "parked" && parked?.why === "refused" && parked.problem !== undefined)
    return { why: "refused", problem: parked.problem };
  if (state === "parked" && parked?.why === "stuck") return { why: "stuck" };
  return written === undefined && !isAlone ? { why: "refused", problem: withoutProof } : undefined;
}

const withoutProof = problem("not-proven", 403, "Nothing proves who wrote this");
