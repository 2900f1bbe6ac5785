import { createHash, createHmac } from "node:crypto";
import type { EventRow } from "./event-row.ts";

/**
 * The next link of the hash chain over the events of one command: what `linkHash` of the protocol says, made from the
 * data's canonical text instead of from the data, so that a push writes each event's JSON once and not three times.
 * A test holds both to the same result.
 */
export function linkOfRows(previous: string, rows: readonly EventRow[]): string {
  const texts = rows.map((row) => {
    const { before, after } = sealedParts(row);
    const { type, version } = row;
    return `{${before},"position":${row.position},${after},"type":${quoted(type)},"version":${version}}`;
  });
  return createHash("sha256")
    .update(Buffer.from(previous, "hex"))
    .update(`[${texts.join(",")}]`)
    .digest("hex");
}

/**
 * The seal of one command: HMAC-SHA-256 over the workspace and what the command said, without where it stands in the
 * log. It lets any device give the command back after the server has lost it, and nobody invent one.
 */
export function sealOfRows(key: Buffer, workspace: string, rows: readonly EventRow[]): string {
  const texts = rows.map((row) => {
    const { before, after } = sealedParts(row);
    return `{${before},${after},"type":${quoted(row.type)}}`;
  });
  const text = `{"events":[${texts.join(",")}],"workspace":${quoted(workspace)}}`;
  return createHmac("sha256", key).update(text).digest("hex");
}

/** Members in the order of RFC 8785, around the place where `position` stands in a link and not in a seal. */
function sealedParts(row: EventRow): { readonly before: string; readonly after: string } {
  const causation = row.causation === null ? "" : `"causation":${quoted(row.causation)},`;
  return {
    before:
      `"actor":${quoted(row.actor)},"at":${quoted(row.at)},${causation}"command":${quoted(row.command)},` +
      `"data":${row.dataText},"device":${quoted(row.device)},"id":${quoted(row.id)}`,
    after:
      `"recordedAt":${quoted(row.recordedAt)},"schemaVersion":${row.schemaVersion},"seq":${row.seq},` +
      `"stream":${quoted(row.stream)}`,
  };
}

/** RFC 8785 writes well-formed text as JSON.stringify does. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
