import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "./canonical-json.ts";
import { canonicalParts, chainedText } from "./chain-text.ts";
import type { LogEvent } from "./log-event.ts";

/** SHA-256, so that the server can use the faster one of its platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * The next link of the hash chain: SHA-256 over the previous link (32 bytes) and the canonical JSON of all events
 * of one command, each with exactly the members named in `canonicalParts`, and its position and version. Hex in, hex
 * out.
 */
export function linkHash(previous: string, events: readonly LogEvent[], hash: Sha256 = sha256): string {
  return linkInto(new Uint8Array(0), previous, events, hash).link;
}

/** A link, and the bytes in which it was written: they have grown where they were too few. */
interface Written {
  readonly link: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Links one after the other: `linkHash` in bytes that are made once for all of them. */
export function makeLinker(): (previous: string, events: readonly LogEvent[]) => string {
  let bytes = new Uint8Array(0);
  return (previous, events) => {
    const written = linkInto(bytes, previous, events, sha256);
    bytes = written.bytes;
    return written.link;
  };
}

function linkInto(
  given: Uint8Array<ArrayBuffer>,
  previous: string,
  events: readonly LogEvent[],
  hash: Sha256,
): Written {
  const text = `[${events.map(textOf).join(",")}]`;
  const most = linkBytes + text.length * bytesPerUnitMax;
  const bytes = given.length >= most ? given : new Uint8Array(2 * most);
  bytes.set(hexToBytes(previous));
  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(linkBytes));
  return { link: bytesToHex(hash(bytes.subarray(0, linkBytes + written))), bytes };
}

const linkBytes = 32;
/** A UTF-16 code unit takes at most this many bytes in UTF-8. */
const bytesPerUnitMax = 3;

function textOf(event: LogEvent): string {
  return chainedText(canonicalParts(event, canonicalJson(event.data)), event);
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
