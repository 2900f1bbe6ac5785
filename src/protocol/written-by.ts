import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import * as v from "valibot";
import { canonicalJson } from "./canonical-json.ts";
import * as p from "./parsers.ts";
import { sha256Hex } from "./sha256-hex.ts";
import type { PushedCommand } from "./sync-messages.ts";

/**
 * Which device wrote a command that another one brings (a backup file), under which of its numbers, and its proof:
 * HMAC-SHA-256 in hex, by `proofOf`.
 */
export const writtenBySchema = v.strictObject({
  device: p.uuid,
  seq: p.integer(1, Number.MAX_SAFE_INTEGER),
  proof: p.hash,
});

export type WrittenBy = Readonly<v.InferOutput<typeof writtenBySchema>>;

/** What a proof covers: all that a command does, on which stream, when, and whose it is. */
export interface Proven extends Pick<PushedCommand, "id" | "seq" | "stream" | "at" | "events"> {
  readonly workspace: string;
  readonly device: string;
}

/**
 * The proof of a command by its writer's token, of which the server knows the hash: whoever finds a file can neither
 * alter what is in it nor add to it in the writer's name.
 */
export function proofOf(token: string, proven: Proven): string {
  return proofByHash(sha256Hex([token]), proven);
}

/** The same by the hash of the token (64 hex digits), as the server keeps it. */
export function proofByHash(tokenHash: string, proven: Proven): string {
  const { workspace, device, id, seq, stream, at } = proven;
  const events = proven.events.map(({ id: event, type, schemaVersion, data }) => ({
    id: event,
    type,
    schemaVersion,
    data,
  }));
  const text = canonicalJson({ workspace, device, id, seq, stream, at, events });
  return bytesToHex(hmac(sha256, utf8ToBytes(tokenHash), utf8ToBytes(text)));
}
