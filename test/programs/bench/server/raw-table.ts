import { join } from "node:path";
import postgres from "postgres";
import { openPgliteInstance } from "../../../../src/server/store/pglite-instance.ts";
import { makeQueue } from "../../../../src/server/store/queue.ts";
import type { Place } from "./databases.ts";

/** One table of events as text by position, on one connection, as one would write it by hand. */
export interface RawTable {
  /** Stores these events (JSON texts) after the last one, in one durable transaction. */
  readonly insert: (events: readonly string[]) => Promise<void>;
  readonly readAfter: (position: number, max: number) => Promise<readonly string[]>;
  readonly end: () => Promise<void>;
}

type Query = (text: string, values: readonly (string | number)[]) => Promise<readonly object[]>;

/** Makes the table. PGlite is opened as Docket opens it: left to itself it flushes nothing, and would forget. */
export async function openRawTable(place: Place): Promise<RawTable> {
  const { query, end } = "dataDir" in place ? await onPglite(place.dataDir) : onPostgres(place.databaseUrl);
  await query("CREATE TABLE raw_events (position bigint PRIMARY KEY, event text NOT NULL)", []);
  let last = 0;
  return {
    insert: async (events) => {
      const from = last;
      last += events.length;
      // As one JSON text: a list of texts must be escaped, and took longer.
      await query(insertStatement, [from, `[${events.join(",")}]`]);
    },
    readAfter: async (position, max) => {
      const rows = await query(readStatement, [position, max]);
      return rows.map((row) => (row as { readonly event: string }).event);
    },
    end,
  };
}

const insertStatement = `INSERT INTO raw_events (position, event)
  SELECT $1::bigint + place, event::text FROM json_array_elements($2::text::json) WITH ORDINALITY AS e(event, place)`;

const readStatement = "SELECT event FROM raw_events WHERE position > $1 ORDER BY position LIMIT $2";

async function onPglite(dataDir: string): Promise<{ query: Query; end: () => Promise<void> }> {
  const instance = await openPgliteInstance(join(dataDir, "pg"));
  // It takes one statement at a time.
  const inLine = makeQueue(linesMax);
  return { query: (text, values) => inLine(() => instance.query(text, values)), end: instance.close };
}

const linesMax = 1_000;

function onPostgres(databaseUrl: string): { query: Query; end: () => Promise<void> } {
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  return {
    query: (text, values) => sql.unsafe(text, [...values], { prepare: true }),
    end: () => sql.end({ timeout: 5 }),
  };
}
