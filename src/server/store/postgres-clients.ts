import postgres from "postgres";
import { storeUnavailable } from "./store-unavailable.ts";

/** One connection to PostgreSQL. Once it is not alive any more, nothing may be sent on it. */
export interface PostgresClient {
  readonly sql: postgres.Sql;
  readonly isAlive: () => boolean;
  /**
   * Resolves once the connection is there, or fails after `msMax`: where something accepts it and ends it at once,
   * postgres.js tries again for ever. What postgres.js is given before that waits in a queue of its own: when the
   * opening breaks, it fails the first statement alone, and sends the others on the next connection that it opens.
   * Statements of a transaction would be committed one by one.
   */
  readonly ready: (msMax: number) => Promise<void>;
  /**
   * Ends it at once, whatever is under way. It is not alive any more then, even where nobody hears of its end: a network
   * that swallows everything swallows that too.
   */
  readonly end: () => void;
}

/** Connections that are lent to one transaction at a time. */
export interface PostgresClients {
  readonly borrow: () => Promise<PostgresClient>;
  /** Takes one back; a dead one is thrown away. */
  readonly giveBack: (client: PostgresClient) => void;
  readonly close: () => Promise<void>;
}

/** How many connections there may be, and how long one may take to open. */
export interface PoolLimits {
  readonly connectionsMax: number;
  readonly openMsMax: number;
}

/**
 * A pool of connections, each a postgres.js of its own with one connection. Its own pool gives a dead connection to the
 * next who asks (and then ends the process, by writing to a socket that is gone), and one that it has opened again goes
 * on with the statements of a transaction that the old one took with it. Here a dead connection is never used again.
 */
export function makePostgresClients(
  url: string,
  limits: PoolLimits,
  options: ClientOptions = {},
): PostgresClients {
  const idle: PostgresClient[] = [];
  const waiting: ((client: PostgresClient) => void)[] = [];
  const lent = new Set<PostgresClient>();
  let isClosed = false;
  const findIdle = () => {
    for (let client = idle.pop(); client !== undefined; client = idle.pop()) {
      if (client.isAlive()) return client;
      client.end();
    }
    return undefined;
  };
  const giveBack = (client: PostgresClient) => {
    lent.delete(client);
    if (!client.isAlive() || isClosed) client.end();
    const next = waiting.shift();
    if (next !== undefined) next(client.isAlive() ? client : openClient(url, options));
    else if (client.isAlive() && !isClosed) idle.push(client);
  };
  return {
    borrow: async () => {
      if (isClosed) throw storeUnavailable("it is closed");
      const client =
        findIdle() ??
        (lent.size < limits.connectionsMax ? openClient(url, options) : await nextFree(waiting));
      lent.add(client);
      try {
        await client.ready(limits.openMsMax);
        return client;
      } catch (error) {
        giveBack(client);
        throw error;
      }
    },
    giveBack,
    close: async () => {
      isClosed = true;
      await Promise.all([...idle, ...lent].map(({ sql }) => sql.end({ timeout: 5 })));
    },
  };
}

export type ClientOptions = postgres.Options<Record<string, never>>;

/** How long a connection may take to open. */
export const openMsMax = 10_000;

/** Opens one connection, when it is first used. */
export function openClient(url: string, options: ClientOptions = {}): PostgresClient {
  let isAlive = true;
  const end = () => {
    isAlive = false;
    sql.end({ timeout: 0 }).catch(() => {
      // It was gone already.
    });
  };
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: "docket" },
    ...options,
    onclose: (id) => {
      // What waits in postgres.js's own queue would go out on a new connection, outside of its transaction: there is
      // none to be had. Between a connection's error and its end it also takes statements that it never answers, a
      // ROLLBACK for one: the end fails them.
      Object.assign(sql.options, { socket: refuse });
      end();
      options.onclose?.(id);
    },
  });
  let opening: Promise<void> | undefined;
  const open = async (msMax: number) => {
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      end();
    }, msMax);
    try {
      await sql.unsafe("SELECT 1");
    } catch (error) {
      isAlive = false;
      if (isLate) throw storeUnavailable(`no connection to PostgreSQL within ${msMax} ms`, error);
      throw error;
    } finally {
      clearTimeout(limit);
    }
  };
  return {
    sql,
    isAlive: () => isAlive,
    ready: (msMax) => {
      opening ??= open(msMax);
      return opening;
    },
    end,
  };
}

/** Gives postgres.js no further connection. */
function refuse(): never {
  throw Object.assign(new Error("the connection to PostgreSQL was lost"), { code: "CONNECTION_CLOSED" });
}

/** The next connection that is given back, or a clear failure when none is in time. */
function nextFree(waiting: ((client: PostgresClient) => void)[]): Promise<PostgresClient> {
  return new Promise((resolve, reject) => {
    const take = (client: PostgresClient) => {
      clearTimeout(timer);
      resolve(client);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(take), 1);
      reject(storeUnavailable(`no free connection to PostgreSQL within ${waitMsMax} ms`));
    }, waitMsMax);
    waiting.push(take);
  });
}

const waitMsMax = 10_000;
