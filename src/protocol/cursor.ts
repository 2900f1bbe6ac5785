/** A cursor in the log: the last position that was read, and the chain hash there (64 hex digits). */
export interface Cursor {
  readonly position: number;
  readonly hash: string;
}

/** The cursor before the first event. Its hash is 32 zero bytes, the start of the chain. */
export const cursorStart: Cursor = { position: 0, hash: "0".repeat(64) };

/** A cursor as it is on the wire. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.position}.${cursor.hash}`;
}

/** Parses a cursor from the wire; null (nothing read yet) is the start. Undefined for anything else. */
export function findCursor(text: string | null): Cursor | undefined {
  if (text === null) return cursorStart;
  const match = /^(0|[1-9]\d{0,15})\.([0-9a-f]{64})$/.exec(text);
  if (match === null) return undefined;
  const position = Number(match[1]);
  return Number.isSafeInteger(position) && match[2] !== undefined ? { position, hash: match[2] } : undefined;
}
