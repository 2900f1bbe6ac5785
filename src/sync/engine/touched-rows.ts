import type { DeviceDatabase } from "../../device/storage/database.ts";
import { rowsBySeq } from "../../device/storage/outbox-rows.ts";
import type { OutboxRow } from "../../device/storage/rows.ts";
import type { SyncResponse } from "../../protocol/sync-messages.ts";
import type { SentCommand } from "./outgoing.ts";

/** What a request carried, and what the server said to it. */
interface Answer {
  readonly sent: readonly SentCommand[];
  readonly response: SyncResponse;
}

/** More outbox rows than this are not read whole for every page. */
const outboxRowsWhole = 500;

/** The outbox rows of all streams that the answer touches. */
export async function touchedRows(db: DeviceDatabase, answer: Answer): Promise<readonly OutboxRow[]> {
  // Counting all of a long queue would take as long as reading it.
  const { length: count } = await db.outbox.limit(outboxRowsWhole + 1).primaryKeys();
  if (count === 0) return [];
  const streams = new Set(answer.response.events.map(({ stream }) => stream));
  const answered = new Set(answer.response.verdicts.map(({ command }) => command));
  if (count <= outboxRowsWhole) {
    const rows = await db.outbox.toArray();
    for (const row of rows) if (answered.has(row.id) || waitsForEnd(row, answer)) streams.add(row.stream);
    return rows.filter(({ stream }) => streams.has(stream));
  }
  const [judged, ofEnd] = await Promise.all([judgedRows(db, answer, answered), rowsOfEnd(db, answer)]);
  for (const row of judged) streams.add(row.stream);
  for (const row of ofEnd) if (waitsForEnd(row, answer)) streams.add(row.stream);
  // One request each, all at once: several streams together would be walked row by row.
  const found = await Promise.all(
    [...streams].map((stream) => db.outbox.where("stream").equals(stream).toArray()),
  );
  return found.flat();
}

/** The rows that the answer has a verdict on: by the numbers that went, and one by one what did not. */
async function judgedRows(
  db: DeviceDatabase,
  { sent }: Answer,
  answered: ReadonlySet<string>,
): Promise<readonly OutboxRow[]> {
  const asked = new Set(sent.map(({ id }) => id));
  const others = [...answered].filter((id) => !asked.has(id));
  const [own, more] = await Promise.all([
    rowsBySeq(
      db,
      sent.filter(({ id }) => answered.has(id)).map(({ seq }) => seq),
    ),
    Promise.all(others.map((id) => db.outbox.where("id").equals(id).toArray())),
  ]);
  return [...own.filter(({ id }) => answered.has(id)), ...more.flat()];
}

/** At the end of the log is decided what was held because more was to come, and what was accepted and is not there. */
function waitsForEnd(row: OutboxRow, answer: Answer): boolean {
  return !answer.response.more && (row.held?.why === "more-to-come" || row.accepted);
}

/**
 * Candidates for `waitsForEnd`. All waiting rows are read only after an empty request or a conflict; otherwise the held
 * ones are enough.
 */
async function rowsOfEnd(db: DeviceDatabase, answer: Answer): Promise<readonly OutboxRow[]> {
  const { more, verdicts } = answer.response;
  if (more) return [];
  const isAll = answer.sent.length === 0 || verdicts.some(({ outcome }) => outcome === "conflict");
  const states = isAll ? ["held", "pending"] : ["held"];
  const found = await Promise.all(states.map((state) => db.outbox.where("state").equals(state).toArray()));
  return found.flat();
}
