import { hash } from "node:crypto";
import type { KnownEvent } from "../../domain/kinds.ts";
import { idOf, kindOf } from "../../domain/stream-key.ts";
import { canonicalJson, utf8Bytes } from "../../protocol/canonical-json.ts";
import { eventIdOf } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { parseEvent } from "../../protocol/parse-event.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { ProposedEvent, PushedCommand } from "../../protocol/sync-messages.ts";
import { unknownBytes } from "../../protocol/unknown-members.ts";

/**
 * A pushed command with all that can be told of it without knowing the log, so that this work is done before the
 * workspace's counter is locked. `fingerprint` tells two bodies under one id apart.
 */
export interface PreparedCommand {
  readonly command: PushedCommand;
  readonly fingerprint: string;
  readonly reading: Reading;
}

/** Its events as this build reads them, each with the canonical text that is stored; or why they cannot be taken. */
export type Reading =
  | {
      readonly outcome: "readable";
      readonly events: readonly KnownEvent[];
      readonly dataTexts: readonly string[];
    }
  | { readonly outcome: "refused"; readonly problem: Problem };

/** Reads, measures and fingerprints one command. Never throws. */
export function prepareCommand(command: PushedCommand): PreparedCommand {
  return prepare(command, limits.unknownBytes);
}

/** The same for one that was in the log already: what was taken once is not measured by what is taken now. */
export function prepareRecorded(command: PushedCommand): PreparedCommand {
  return prepare(command, Number.POSITIVE_INFINITY);
}

function prepare(command: PushedCommand, unknownBytesMax: number): PreparedCommand {
  const texts = findDataTexts(command.events);
  if (texts === undefined) {
    const unsayable = invalid(
      "events",
      "expected JSON that RFC 8785 can say: finite numbers, well-formed text",
    );
    return { command, fingerprint: fingerprintOf(command, []), reading: unsayable };
  }
  return {
    command,
    fingerprint: fingerprintOf(command, texts),
    reading: read(command, texts, unknownBytesMax),
  };
}

function read(command: PushedCommand, dataTexts: readonly string[], unknownBytesMax: number): Reading {
  const oversized = findOversized(command, dataTexts);
  if (oversized !== undefined) return oversized;
  if (uuidKinds.has(kindOf(command.stream)) && !uuid.test(idOf(command.stream))) {
    return invalid("stream", "expected a lower-case UUID as the id of this kind of stream");
  }
  const events: KnownEvent[] = [];
  for (const [index, event] of command.events.entries()) {
    if (event.id !== eventIdOf(command.id, index)) {
      return invalid(
        `events.${index}.id`,
        "expected the id that derives from the command's id and the event's index",
      );
    }
    const parsed = parseEvent(event);
    switch (parsed.outcome) {
      case "known": {
        // Below the bound as a whole, as nearly all are, it need not be taken apart.
        const isLong = (dataTexts[index]?.length ?? 0) * 3 > unknownBytesMax;
        const unknown = isLong ? unknownBytes(event.type, event.schemaVersion, event.data) : 0;
        if (unknown > unknownBytesMax) {
          const detail = `expected at most ${unknownBytesMax} bytes in members that this server does not know, found ${unknown}`;
          return invalid(`events.${index}.data`, detail);
        }
        events.push(parsed.event);
        break;
      }
      case "invalid":
        return invalid([`events.${index}.data`, parsed.path].filter(Boolean).join("."), parsed.message);
      default:
        return { outcome: "refused", problem: unknownType(event) };
    }
  }
  return { outcome: "readable", events, dataTexts };
}

const uuidKinds = new Set(["order", "customer", "workspace"]);
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function findDataTexts(events: readonly ProposedEvent[]): readonly string[] | undefined {
  try {
    return events.map((event) => canonicalJson(event.data));
  } catch {
    // Infinity (from 1e999), a lone surrogate, or no value at all: the sender is told which command it is.
    return undefined;
  }
}

/** Bytes are those of the canonical JSON of an event, and of the command with its events, as a device counts them. */
function findOversized(command: PushedCommand, dataTexts: readonly string[]): Reading | undefined {
  if (isSurelySmall(command, dataTexts)) return undefined;
  let commandBytes = utf8Bytes(canonicalJson({ ...command, events: [] })) + command.events.length - 1;
  for (const [index, event] of command.events.entries()) {
    const { data: _data, ...members } = event;
    const eventBytes =
      utf8Bytes(canonicalJson(members)) + utf8Bytes(dataTexts[index] ?? "") + '"data":,'.length;
    if (eventBytes > limits.eventBytes) {
      return invalid(`events.${index}`, `expected at most ${limits.eventBytes} bytes, found ${eventBytes}`);
    }
    commandBytes += eventBytes;
  }
  if (commandBytes <= limits.commandBytes) return undefined;
  return invalid("", `expected a command of at most ${limits.commandBytes} bytes, found ${commandBytes}`);
}

/**
 * Nearly every command is far below the limits, which a bound tells without measuring: a code unit is 3 bytes at most.
 */
function isSurelySmall(command: PushedCommand, dataTexts: readonly string[]): boolean {
  const codeUnits = dataTexts.reduce((sum, { length }) => sum + length, command.actor.length);
  return codeUnits * 3 + command.events.length * 300 + 2_000 <= limits.eventBytes;
}

function fingerprintOf(command: PushedCommand, dataTexts: readonly string[]): string {
  const events = command.events.map(
    (event, index) => `${event.type}@${event.schemaVersion} ${dataTexts[index] ?? ""}`,
  );
  return hash("sha256", [command.stream, command.at, command.actor, ...events].join("\n")).slice(0, 32);
}

function invalid(path: string, detail: string): Reading {
  return {
    outcome: "refused",
    problem: problem("invalid-event", 422, "An event is not valid", { path, detail }),
  };
}

function unknownType(event: ProposedEvent): Problem {
  const detail = `this server does not know ${event.type} at schemaVersion ${event.schemaVersion}: update the server`;
  return problem("unknown-type", 422, "The server cannot read this event yet", { detail });
}
