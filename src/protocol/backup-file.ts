import * as v from "valibot";
import type { KnownCommand } from "../domain/kinds.ts";
import { commandShapes, liftCommand, type StoredCommand } from "../domain/upcast-command.ts";
import { findCommandSchema } from "./command-schemas.ts";
import { limits } from "./limits.ts";
import { logEventSchema } from "./log-event.ts";
import { firstFault, parseEvent } from "./parse-event.ts";
import * as p from "./parsers.ts";
import { problemSchema } from "./problem.ts";
import { sha256Hex } from "./sha256-hex.ts";
import { proposedEventSchema } from "./sync-messages.ts";
import { writtenBySchema } from "./written-by.ts";

/**
 * Counts up when an older build could not read the file any more, which is so with every change of the commands'
 * shapes: a file's format is the number of those that it holds.
 */
export const backupFormat = commandShapes;

/**
 * The first line: whose file it is and what it holds. `everything` has the whole log, `waiting` only what is not
 * confirmed. No line has a token: whoever finds the file gets no access by it.
 */
const headerSchema = v.looseObject({
  docket: v.literal("backup"),
  format: p.integer(1, backupFormat),
  holds: v.picklist(["everything", "waiting"]),
  madeAt: p.instant,
  app: p.shortText,
  workspace: v.looseObject({ id: p.uuid, name: p.shortText, currency: v.nullable(p.currency) }),
  device: v.looseObject({ id: p.uuid, code: p.shortText, name: p.shortText, formerIds: v.array(p.uuid) }),
  /** Whether the device had joined a server: before, its business is on this device alone. */
  joined: v.boolean(),
  position: p.count,
  head: p.count,
});

/** One command that is not confirmed, as it was on its device, without what only that device could know. */
const commandSchema = v.object({
  id: p.uuid,
  seq: p.integer(1, Number.MAX_SAFE_INTEGER),
  rank: p.integer(1, Number.MAX_SAFE_INTEGER),
  stream: p.streamKey,
  state: v.picklist(["pending", "held", "parked", "discarded"]),
  command: v.object({ type: v.string(), data: v.unknown() }),
  events: v.pipe(v.array(proposedEventSchema), v.maxLength(limits.commandEvents)),
  expected: v.strictObject({ version: p.count, event: v.nullable(p.uuid) }),
  at: p.instant,
  actor: p.shortText,
  traceparent: p.traceparent,
  sent: v.boolean(),
  replaces: v.exactOptional(p.uuid),
  parked: v.exactOptional(
    v.object({ why: v.picklist(["rejected", "refused", "stuck"]), problem: v.exactOptional(problemSchema) }),
  ),
  since: v.exactOptional(p.instant),
  /** Its proof, where its device has joined a server: else nobody can tell who wrote it. */
  written: v.exactOptional(writtenBySchema),
});

const lineSchema = v.union([
  v.object({ command: commandSchema }),
  v.object({ events: v.array(logEventSchema) }),
  v.object({ lost: v.array(logEventSchema) }),
]);

export type BackupHeader = Readonly<v.InferOutput<typeof headerSchema>>;
export type BackupCommand = Readonly<Omit<v.InferOutput<typeof commandSchema>, "command">> & {
  readonly command: KnownCommand;
};

/** A backup file, read; or why it cannot be restored. `line` counts from 1. */
export type ReadBackup =
  | {
      readonly outcome: "backup";
      readonly header: BackupHeader;
      readonly commands: readonly BackupCommand[];
      readonly eventCount: number;
    }
  | { readonly outcome: "not-a-backup" }
  /** Made by a newer build: update the app. */
  | { readonly outcome: "newer" }
  /** Cut short or altered: its hash says something else, or a line does not parse. */
  | { readonly outcome: "damaged"; readonly line: number; readonly why: string };

/** The text of a backup file, in parts: a line each, and at the end the SHA-256 of all lines before. */
export function backupText(header: BackupHeader, lines: readonly string[]): string[] {
  const parts = [JSON.stringify(header), ...lines].map((line) => `${line}\n`);
  return [...parts, `${JSON.stringify({ sha256: sha256Hex(parts) })}\n`];
}

/** Reads a whole backup file, and every line of it, before anybody acts on any. Never throws. */
export function readBackup(text: string): ReadBackup {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const first = parseJson(lines[0] ?? "");
  if (!isObject(first) || first.docket !== "backup") return { outcome: "not-a-backup" };
  if (typeof first.format === "number" && first.format > backupFormat) return { outcome: "newer" };
  const trailer = parseJson(lines.at(-1) ?? "");
  const body = lines.slice(0, -1);
  if (!isObject(trailer) || trailer.sha256 !== sha256Hex(body.map((line) => `${line}\n`))) {
    return { outcome: "damaged", line: lines.length, why: "the hash at its end says something else" };
  }
  const header = v.safeParse(headerSchema, first);
  if (!header.success) return damaged(1, header.issues);
  const commands: BackupCommand[] = [];
  const ids = new Set<string>();
  let eventCount = 0;
  for (const [index, line] of body.slice(1).entries()) {
    const parsed = v.safeParse(lineSchema, parseJson(line));
    if (!parsed.success) return damaged(index + 2, parsed.issues);
    if ("events" in parsed.output) eventCount += parsed.output.events.length;
    if (!("command" in parsed.output)) continue;
    const { id } = parsed.output.command;
    const row = { ...parsed.output.command, command: lifted(parsed.output.command, header.output.format) };
    const fault = ids.has(id) ? `${id} is there twice` : commandFault(row);
    ids.add(id);
    if (fault === "newer") return { outcome: "newer" };
    if (fault !== undefined) return { outcome: "damaged", line: index + 2, why: fault };
    // Its schema has just said so.
    commands.push(row as BackupCommand);
  }
  return { outcome: "backup", header: header.output, commands, eventCount };
}

/** Why a command cannot be decided here: its own shape, or that of an event; "newer" for one that is not known. */
function commandFault(row: v.InferOutput<typeof commandSchema>): string | undefined {
  const schema = findCommandSchema(row.stream, row.command.type);
  if (schema === undefined) return "newer";
  const parsed = v.safeParse(schema, row.command.data);
  if (!parsed.success) {
    const { path, message } = firstFault(parsed.issues);
    return `${row.command.type} ${path}: ${message}`;
  }
  for (const event of row.events) {
    const known = parseEvent(event);
    if (known.outcome === "invalid") return `${event.type} ${known.path}: ${known.message}`;
    if (known.outcome !== "known") return "newer";
  }
  return undefined;
}

/**
 * The command in this build's shape; as it is where it has not even that of its own time, which its schema tells.
 */
function lifted({ command }: v.InferOutput<typeof commandSchema>, format: number): StoredCommand {
  try {
    return liftCommand(command, format);
  } catch {
    return command;
  }
}

function damaged(line: number, issues: readonly v.BaseIssue<unknown>[]): ReadBackup {
  const { path, message } = firstFault(issues);
  return { outcome: "damaged", line, why: `${path}: ${message}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
