import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "./canonical-json.ts";
import type { LogEvent } from "./log-event.ts";

/** SHA-256, so that the server can use the faster one of its platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * The next link of the hash chain: SHA-256 over the previous link (32 bytes) and the canonical JSON of all events
 * of one command, each with exactly the members named in `hashed`. Hex in, hex out.
 */
export function linkHash(previous: string, events: readonly LogEvent[], hash: Sha256 = sha256): string {
  const text = utf8ToBytes(canonicalJson(events.map(hashed)));
  const bytes = new Uint8Array(32 + text.length);
  bytes.set(hexToBytes(previous));
  bytes.set(text, 32);
  return bytesToHex(hash(bytes));
}

function hashed(event: LogEvent) {
  return { ...said(event), position: event.position, version: event.version };
}

/** The members that a seal of format 2 covers: all of the event but its position. */
export function sealed(event: LogEvent) {
  return { ...said(event), clockOffsetMs: event.clockOffsetMs, traceparent: event.traceparent };
}

/** What a command said and when it was recorded. */
function said(event: LogEvent) {
  return {
    id: event.id,
    stream: event.stream,
    type: event.type,
    schemaVersion: event.schemaVersion,
    data: event.data,
    at: event.at,
    recordedAt: event.recordedAt,
    device: event.device,
    seq: event.seq,
    command: event.command,
    actor: event.actor,
    ...(event.causation === undefined ? {} : { causation: event.causation }),
  };
}
