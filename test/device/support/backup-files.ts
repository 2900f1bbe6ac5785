import { createHash } from "node:crypto";
import fc from "fast-check";
import { exportBackup } from "../../../src/device/files/export-backup.ts";
import { bringIn, checkBackup } from "../../../src/device/files/import-backup.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { readStreamEvents, segmentEvents } from "../../../src/device/streams/log.ts";
import type { BackupHeader } from "../../../src/protocol/backup-file.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { Member } from "../../sync/support/a-fleet.ts";
import { addLine, run, startOrder } from "./a-device.ts";

/** The backup file of a device, as its text. */
export async function exported(device: Device, holds: BackupHeader["holds"] = "waiting"): Promise<string> {
  return (await exportBackup(device, { holds, app: "0.0.0" })).parts.join("");
}

/** Brings a file in that must fit. */
export async function broughtIn(device: Device, text: string) {
  const checked = await checkBackup(device, text);
  if (checked.outcome !== "ready") throw new Error(`expected a file that fits, found ${checked.outcome}`);
  return bringIn(device, checked);
}

/** Every command in the log of a device, with how many events of it are there. */
export async function landedOn({ db }: Device): Promise<ReadonlyMap<string, number>> {
  const streams = (await db.streams.toArray()).map(({ key }) => key);
  const landed = new Map<string, number>();
  for (const events of (await readStreamEvents(db, streams)).values())
    for (const { command } of events) landed.set(command, (landed.get(command) ?? 0) + 1);
  return landed;
}

/** The events of a type in the log of a device. */
export async function logOf({ db }: Device, type: string): Promise<readonly LogEvent[]> {
  const segments = await db.log.orderBy("first").toArray();
  return segments.flatMap(segmentEvents).filter((event) => event.type === type);
}

/** Orders of so many lines each; those with a `true` are sent at once, the others wait. */
export const someWork = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 4,
});

/** Writes such orders on a device. */
export async function write(rep: Member, work: readonly (readonly [boolean, number])[]): Promise<void> {
  for (const [isSent, lines] of work) {
    const { stream } = await startOrder(rep.device);
    for (let count = 0; count < lines; count += 1) await addLine(rep.device, stream);
    if (lines > 0) await run(rep.device, stream, { type: "place-order", data: {} });
    if (isSent) await rep.sync();
  }
}

/** A file that somebody changed and gave a hash that fits. */
export function resealed(text: string): string {
  return withHash(text.trimEnd().split("\n").slice(0, -1));
}

/** The commands in a file, as they are in it. */
export function linesOf(text: string): readonly { readonly command?: Readonly<Record<string, unknown>> }[] {
  return text
    .trimEnd()
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line));
}

/** A file with more in it, and a hash that says so: whoever has a file can make one. */
export function exportedWith(text: string, more: readonly object[]): string {
  return withHash([...text.trimEnd().split("\n").slice(0, -1), ...more.map((line) => JSON.stringify(line))]);
}

function withHash(lines: readonly string[]): string {
  const hash = createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex");
  return `${[...lines, JSON.stringify({ sha256: hash })].join("\n")}\n`;
}
