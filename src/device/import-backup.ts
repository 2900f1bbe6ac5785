import { kindOf } from "../domain/stream-key.ts";
import {
  type BackupCommand,
  type BackupHeader,
  type ReadBackup,
  readBackup,
} from "../protocol/backup-file.ts";
import { adoptCommands } from "./adopt.ts";
import type { Device } from "./device.ts";
import { readStreamEvents } from "./log.ts";
import { findSettings } from "./queries.ts";
import type { OutboxRow } from "./rows.ts";
import { storageFault } from "./storage-fault.ts";

/** A file that can be brought in, and what it would bring: `fresh` commands are not here yet, `known` ones are. */
export interface ReadyBackup {
  readonly outcome: "ready";
  readonly header: BackupHeader;
  readonly fresh: readonly BackupCommand[];
  readonly known: number;
}

/** Why a file is not brought in. */
export type RefusedBackup =
  | Exclude<ReadBackup, { outcome: "backup" }>
  | { readonly outcome: "other-workspace"; readonly name: string }
  | { readonly outcome: "other-currency"; readonly currency: string; readonly here: string };

/** What bringing it in came to. */
export type BroughtIn =
  | { readonly outcome: "brought-in"; readonly fresh: number; readonly known: number }
  | { readonly outcome: "not-saved"; readonly why: "quota" | "storage"; readonly message: string };

/** Reads a file whole and holds it against this device; changes nothing. */
export async function checkBackup(device: Device, text: string): Promise<ReadyBackup | RefusedBackup> {
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
  const here = await knownIds(device, open);
  const fresh = open.filter(({ id }) => !here.has(id));
  return { outcome: "ready", header, fresh, known: open.length - fresh.length };
}

/**
 * Brings in what a checked file holds: each command under its own id and a seq of this device, once, however often.
 * Interrupted, it is simply done again.
 */
export async function bringIn(device: Device, ready: ReadyBackup): Promise<BroughtIn> {
  try {
    const here = await knownIds(device, ready.fresh);
    const rows = ready.fresh.filter(({ id }) => !here.has(id)).map(rowOf);
    const fresh = await adoptCommands(device, rows);
    return { outcome: "brought-in", fresh, known: ready.known + ready.fresh.length - fresh };
  } catch (error) {
    return { outcome: "not-saved", ...storageFault(error) };
  }
}

/** The ids among these that wait here, or stand in the log. */
async function knownIds({ db }: Device, commands: readonly BackupCommand[]): Promise<ReadonlySet<string>> {
  const streams = [...new Set(commands.map(({ stream }) => stream))];
  const [waiting, confirmed] = await Promise.all([
    db.outbox
      .where("id")
      .anyOf(commands.map(({ id }) => id))
      .toArray(),
    readStreamEvents(db, streams),
  ]);
  const landed = [...confirmed.values()].flatMap((events) => events.map(({ command }) => command));
  return new Set([...waiting.map(({ id }) => id), ...landed]);
}

/** A row as `adoptCommands` takes it. What another state of things stood against is decided anew here. */
function rowOf(command: BackupCommand): OutboxRow {
  const { id, seq, rank, stream, events, expected, at, actor, traceparent, sent, replaces, parked, since } =
    command;
  const refused = parked?.why === "refused" ? parked.problem : undefined;
  const reason =
    refused !== undefined
      ? ({ why: "refused", problem: refused } as const)
      : parked?.why === "stuck"
        ? ({ why: "stuck" } as const)
        : undefined;
  const isParked = command.state === "parked" && reason !== undefined;
  return {
    id,
    seq,
    rank,
    stream,
    state: isParked ? "parked" : "pending",
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
    ...(isParked ? { parked: reason, ...(since === undefined ? {} : { since }) } : {}),
  };
}
