import postgres from "postgres";
import type { SqlDriver, SqlRow, SqlSession } from "./sql-driver.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/**
 * PostgreSQL through postgres.js. Statements of a transaction that nobody waits for in between travel together.
 * @throws Error when the database would acknowledge what it may forget (fsync or synchronous_commit off).
 */
export async function openPostgres(url: string): Promise<SqlDriver> {
  const sql = postgres(url, {
    max: connectionsMax,
    connect_timeout: 10,
    max_lifetime: 60 * 60,
    onnotice: () => {},
    connection: { application_name: "docket" },
  });
  try {
    await assertDurable(sql);
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
  return {
    transaction: (begin, work) => runTransaction(sql, begin, work),
    notify: async (payloads) => {
      await sql`SELECT pg_notify(${channel}, payload) FROM unnest(${payloads as string[]}::text[]) AS p(payload)`;
    },
    listen: async (heard) => {
      const { unlisten } = await sql.listen(channel, heard);
      return unlisten;
    },
    close: () => sql.end({ timeout: 5 }),
  };
}

const connectionsMax = 10;
const channel = "docket_wake";

/** L3: what was acknowledged survives a crash of the database, or the server does not start. */
async function assertDurable(sql: postgres.Sql): Promise<void> {
  for (const setting of ["fsync", "synchronous_commit"] as const) {
    const [row] = await sql.unsafe(`SHOW ${setting}`);
    const value: unknown = row?.[setting];
    if (value === "off") {
      throw new Error(
        `PostgreSQL runs with ${setting} = off and could forget confirmed orders: set ${setting} = on`,
      );
    }
  }
}

async function runTransaction<Result>(
  sql: postgres.Sql,
  begin: string,
  work: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const connection = await reserved(sql);
  let isOver = false;
  const session: SqlSession = {
    query: async (text, values = []) => {
      // The connection is somebody else's by then.
      if (isOver) throw new Error("expected no statement after the end of its transaction");
      return (await connection.unsafe(text, values as postgres.SerializableParameter[], {
        prepare: true,
      })) as readonly SqlRow[];
    },
  };
  try {
    // Sent without waiting for the answer: the first statements of the work travel with it.
    const begun = connection.unsafe(begin).simple().execute();
    begun.catch(() => {
      // Awaited below, after the work that failed for the same reason.
    });
    const result = await work(session);
    isOver = true;
    await begun;
    const { command } = await connection.unsafe("COMMIT");
    if (command !== "COMMIT")
      throw new Error(`expected COMMIT, found ${command}: a failed statement was passed over`);
    return result;
  } catch (error) {
    isOver = true;
    await connection.unsafe("ROLLBACK").catch(() => {
      // The connection is gone, and with it the transaction.
    });
    throw error;
  } finally {
    connection.release();
  }
}

/** A connection of one's own, or a clear failure when none is free in time. */
async function reserved(sql: postgres.Sql): Promise<postgres.ReservedSql> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMsMax);
  });
  const asked = sql.reserve();
  const connection = await Promise.race([asked, late]).finally(() => clearTimeout(timer));
  if (connection !== undefined) return connection;
  // It may still come: then nobody needs it any more.
  asked.then(
    (tooLate) => tooLate.release(),
    () => {},
  );
  throw storeUnavailable(`no free connection to PostgreSQL within ${waitMsMax} ms`);
}

const waitMsMax = 10_000;
