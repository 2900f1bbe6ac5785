import type postgres from "postgres";
import { arrayText } from "./array-text.ts";
import {
  type ClientOptions,
  makePostgresClients,
  openClient,
  openMsMax,
  type PostgresClient,
} from "./postgres-clients.ts";
import { startListening, wakeChannel } from "./postgres-listener.ts";
import type { SqlDriver, SqlRow, SqlSession, SqlValue } from "./sql-driver.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/**
 * PostgreSQL through postgres.js. Statements of a transaction that nobody waits for in between travel together.
 * @throws Error when the database would acknowledge what it may forget (fsync or synchronous_commit off).
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<SqlDriver> {
  const named = { connection: { application_name: options.applicationName ?? serverName } };
  await assertDurable(url, named);
  const msMax = options.transactionMsMax ?? transactionMsMax;
  const clients = makePostgresClients(
    url,
    { connectionsMax, openMsMax: options.openMsMax ?? openMsMax },
    named,
  );
  return {
    transaction: async (begin, work, atOnce) => {
      const client = await clients.borrow();
      try {
        return await runTransaction(client, msMax, begin, work, atOnce);
      } finally {
        clients.giveBack(client);
      }
    },
    notify: async (payloads) => {
      const client = await clients.borrow();
      const limit = setTimeout(client.end, msMax);
      const notify = `SELECT pg_notify('${wakeChannel}', payload) FROM unnest($1::text[]) AS p(payload)`;
      try {
        await client.sql.unsafe(notify, [arrayText(payloads)], { prepare: true });
      } finally {
        clearTimeout(limit);
        clients.giveBack(client);
      }
    },
    listen: (heard) => startListening(url, heard),
    close: clients.close,
  };
}

/** What a program that is no server sets: its name, and how long a transaction of it, and a connection, may take. */
export interface PostgresOptions {
  readonly applicationName?: string;
  readonly transactionMsMax?: number;
  readonly openMsMax?: number;
}

/** The name of a server's connections, by which other programs tell that one runs. */
export const serverName = "docket";

const connectionsMax = 10;

/** L3: what was acknowledged survives a crash of the database, or the server does not start. */
async function assertDurable(url: string, options: ClientOptions): Promise<void> {
  const client = openClient(url, options);
  try {
    await client.ready(openMsMax);
    for (const setting of ["fsync", "synchronous_commit"] as const) {
      const [row] = await client.sql.unsafe(`SHOW ${setting}`);
      if (row?.[setting] === "off") {
        throw new Error(
          `PostgreSQL runs with ${setting} = off and could forget confirmed orders: set ${setting} = on`,
        );
      }
    }
  } finally {
    client.end();
  }
}

async function runTransaction<Result>(
  client: PostgresClient,
  msMax: number,
  begin: string,
  work: (session: SqlSession) => Promise<Result>,
  atOnce: "atOnce" | undefined,
): Promise<Result> {
  const { sql, isAlive } = client;
  let isOver = false;
  const query: SqlSession["query"] = async (text, values = []) => {
    // After its end the connection is somebody else's; after a break, postgres.js would open a new one automatically,
    // on which nothing of this transaction holds.
    if (isOver) throw new Error("expected no statement after the end of its transaction");
    if (!isAlive()) throw connectionLost();
    return (await sql.unsafe(text, values.map(parameter), { prepare: true })) as readonly SqlRow[];
  };
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    client.end();
  }, msMax);
  try {
    // Sent without waiting for the answer: the first statements of the work travel with it.
    const begun = sql.unsafe(begin).simple().execute();
    begun.catch(() => {
      // Awaited below, after the work that failed for the same reason.
    });
    const working = work({ query });
    if (atOnce !== undefined) isOver = true;
    const committed = atOnce === undefined ? undefined : commit(client);
    committed?.catch(() => {
      // Awaited below, after the work that failed for the same reason.
    });
    const result = await working;
    isOver = true;
    await begun;
    await (committed ?? commit(client));
    return result;
  } catch (error) {
    isOver = true;
    if (isLate) throw storeUnavailable(`no answer from PostgreSQL within ${msMax} ms`, error);
    await rollback(client);
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

/** More than statement_timeout: it ends what a network has swallowed. */
const transactionMsMax = 30_000;

async function commit({ sql, isAlive }: PostgresClient): Promise<void> {
  if (!isAlive()) throw connectionLost();
  const { command } = await sql.unsafe("COMMIT");
  if (command !== "COMMIT")
    throw new Error(`expected COMMIT, found ${command}: a failed statement was passed over`);
}

/** On a dead connection there is nothing to roll back: the database has done it. */
async function rollback(client: PostgresClient): Promise<void> {
  if (!client.isAlive()) return;
  await client.sql.unsafe("ROLLBACK").catch(() => client.end());
}

function connectionLost(): Error {
  return Object.assign(new Error("the connection to PostgreSQL was lost"), { code: "CONNECTION_CLOSED" });
}

function parameter(value: SqlValue): postgres.SerializableParameter {
  return typeof value === "object" && value !== null ? arrayText(value) : value;
}
