import { cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import type { Rows } from "../../../src/server/accept/facts.ts";
import type { DeviceRow, InviteRow } from "../../../src/server/store/store.ts";
import { someTime } from "./commands.ts";

/** Limits of a page that no test fills. */
export const roomy = { events: 1_000, bytes: 1_000_000 };

/** An owner's device. */
export function deviceRow(over: Partial<DeviceRow> = {}): DeviceRow {
  const id = over.id ?? newId();
  const token = { tokenHash: id.replaceAll("-", "").padEnd(64, "0"), joinedBy: "setup", joinedAt: someTime };
  return {
    id,
    code: "K9",
    name: "Office",
    role: "owner",
    ...token,
    root: id,
    lastSeenAt: null,
    revokedAt: null,
    ...over,
  };
}

/** An invite that nobody has used. */
export function anInvite(codeHash: string): InviteRow {
  return { codeHash, role: "rep", madeBy: null, expiresAt: someTime, usedBy: null };
}

/** An event with its own stream, that ends its command unless told otherwise. */
export function eventRow(position: number, over: Partial<EventRow> = {}): EventRow {
  return {
    position,
    id: newId(),
    stream: `order/${newId()}`,
    version: 1,
    type: "order-shipped",
    schemaVersion: 1,
    dataText: `{"shippedOn":"2026-03-01"}`,
    at: someTime,
    recordedAt: someTime,
    clockOffsetMs: -1500,
    device: newId(),
    seq: position,
    command: newId(),
    actor: "Ada",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    causation: null,
    hash: position.toString(16).padStart(64, "0"),
    seal: "5".repeat(64),
    ...over,
  };
}

/** These events as what is appended. */
export function rowsOf(events: readonly EventRow[]): Rows {
  const last = events.at(-1);
  const head = { position: last?.position ?? 0, hash: last?.hash ?? cursorStart.hash };
  return { events, commands: [], numbers: [], head };
}
