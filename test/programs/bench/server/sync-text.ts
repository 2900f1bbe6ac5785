import type { PushedCommand } from "../../../../src/protocol/sync-messages.ts";

/** A request of `/v1/sync` that waits for its cursor: all else of it is written beforehand. */
export type SyncText = (cursor: string | null) => string;

/** Writes one. `limit` is how many events may come down with the answer. */
export function syncText(commands: readonly PushedCommand[], limit: number): SyncText {
  const rest = JSON.stringify({
    lastSeq: commands.at(-1)?.seq ?? 0,
    now: new Date().toISOString(),
    limit,
    commands,
  });
  return (cursor) => `{"cursor":${JSON.stringify(cursor)},${rest.slice(1)}`;
}

/** How far an answer of `/v1/sync` has come, without parsing all of it. */
export function progressOf(answer: string): {
  readonly cursor: string;
  readonly head: number;
  readonly more: boolean;
} {
  const cursor = /"cursor":"([^"]*)"/.exec(answer)?.[1];
  const head = /"head":(\d+)/.exec(answer)?.[1];
  if (cursor === undefined || head === undefined)
    throw new Error(`expected a page, found ${answer.slice(0, 200)}`);
  return { cursor, head: Number(head), more: answer.includes('"more":true') };
}
