import { createHmac, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { type CanonicalParts, canonicalParts, chainedText } from "../../protocol/chain-text.ts";
import type { EventRow } from "./event-row.ts";

/** What the seals of a workspace are made with. */
export interface Sealing {
  readonly key: KeyObject;
  readonly workspace: string;
}

/** The chain hash and the seal of one command, which are on its last event. Both 64 hex digits. */
export interface Link {
  readonly hash: string;
  readonly seal: string;
}

/**
 * The next link of the hash chain over the events of one command, and their seal: what `linkHash` and `sealed` of the
 * protocol say, made from the data's canonical text instead of from the data, so that a push writes each event's JSON
 * once and not four times. A test holds both to the same result.
 *
 * The seal is HMAC-SHA-256 over the workspace and all that the command said, without where it is in the log. It lets
 * any device give the command back after the server has lost it, and nobody invent or alter one.
 */
export function linkOfRows(previous: string, rows: readonly EventRow[], sealing: Sealing): Link {
  const parts = rows.map(partsOf);
  const chained = rows.map((row, index) => chainedText(mustPart(parts, index), row));
  const link = Buffer.concat([Buffer.from(previous, "hex"), Buffer.from(`[${chained.join(",")}]`)]);
  return { hash: hash("sha256", link), seal: sealOfParts(rows, parts, sealing) };
}

/**
 * What a seal covers. Format 1 left `clockOffsetMs` and `traceparent` out: of a command that bears one, those two are
 * the word of whoever gives it back. New commands are sealed in format 2, which covers them.
 */
export type SealFormat = 1 | 2;

/**
 * In which format a seal is the one of these rows; undefined where it is in none: they were altered, or are not ours.
 */
export function findSealFormat(
  rows: readonly EventRow[],
  seal: string,
  sealing: Sealing,
): SealFormat | undefined {
  if (isSame(seal, sealOf(rows, sealing))) return 2;
  return isSame(seal, formerSealOf(rows, sealing)) ? 1 : undefined;
}

/** The seal of one command, in format 2. */
export function sealOf(rows: readonly EventRow[], sealing: Sealing): string {
  return sealOfParts(rows, rows.map(partsOf), sealing);
}

function sealOfParts(rows: readonly EventRow[], parts: readonly CanonicalParts[], sealing: Sealing): string {
  const sealed = rows.map(({ clockOffsetMs, traceparent }, index) => {
    const { head, body, after, type } = mustPart(parts, index);
    return `{${head}"clockOffsetMs":${clockOffsetMs},${body},${after},"traceparent":"${traceparent}"${type}}`;
  });
  return hmac(`{"events":[${sealed.join(",")}],"format":2,${workspaceMember(sealing)}}`, sealing);
}

/** The seal of one command as builds before format 2 made it. */
export function formerSealOf(rows: readonly EventRow[], sealing: Sealing): string {
  const sealed = rows.map(partsOf).map(({ head, body, after, type }) => `{${head}${body},${after}${type}}`);
  return hmac(`{"events":[${sealed.join(",")}],${workspaceMember(sealing)}}`, sealing);
}

function workspaceMember({ workspace }: Sealing): string {
  return `"workspace":${JSON.stringify(workspace)}`;
}

function hmac(text: string, { key }: Sealing): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Compares in a time that tells nothing of where two seals differ. */
function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function partsOf(row: EventRow): CanonicalParts {
  return canonicalParts(row, row.dataText);
}

function mustPart(parts: readonly CanonicalParts[], index: number): CanonicalParts {
  const part = parts[index];
  if (part === undefined) throw new Error(`expected the parts of event ${index}, found ${parts.length}`);
  return part;
}
