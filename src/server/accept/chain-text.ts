import { createHmac, hash, type KeyObject } from "node:crypto";
import type { EventRow } from "./event-row.ts";

/** The chain hash and the seal of one command, which stand on its last event. Both 64 hex digits. */
export interface Link {
  readonly hash: string;
  readonly seal: string;
}

/**
 * The next link of the hash chain over the events of one command, and their seal: what `linkHash` and `sealed` of the
 * protocol say, made from the data's canonical text instead of from the data, so that a push writes each event's JSON
 * once and not four times. A test holds both to the same result.
 *
 * The seal is HMAC-SHA-256 over the workspace and what the command said, without where it stands in the log. It lets
 * any device give the command back after the server has lost it, and nobody invent one.
 */
export function linkOfRows(
  previous: string,
  rows: readonly EventRow[],
  sealing: { readonly key: KeyObject; readonly workspace: string },
): Link {
  let chained = "";
  let sealed = "";
  for (const row of rows) {
    const comma = chained === "" ? "" : ",";
    const { before, after, type } = canonicalParts(row);
    chained += `${comma}{${before},"position":${row.position},${after}${type},"version":${row.version}}`;
    sealed += `${comma}{${before},${after}${type}}`;
  }
  const link = Buffer.concat([Buffer.from(previous, "hex"), Buffer.from(`[${chained}]`)]);
  const sealText = `{"events":[${sealed}],"workspace":${JSON.stringify(sealing.workspace)}}`;
  return {
    hash: hash("sha256", link),
    seal: createHmac("sha256", sealing.key).update(sealText).digest("hex"),
  };
}

/** Members in the order of RFC 8785, which writes well-formed text as JSON.stringify does; ids and times need no escape. */
function canonicalParts(row: EventRow): {
  readonly before: string;
  readonly after: string;
  readonly type: string;
} {
  const causation = row.causation === null ? "" : `"causation":"${row.causation}",`;
  return {
    before:
      `"actor":${JSON.stringify(row.actor)},"at":"${row.at}",${causation}"command":"${row.command}",` +
      `"data":${row.dataText},"device":"${row.device}","id":"${row.id}"`,
    after:
      `"recordedAt":"${row.recordedAt}","schemaVersion":${row.schemaVersion},"seq":${row.seq},` +
      `"stream":${JSON.stringify(row.stream)}`,
    type: `,"type":${JSON.stringify(row.type)}`,
  };
}
