import postgres from "postgres";
import { until } from "./until.ts";

/** Stops a server's transactions in PostgreSQL at exact moments, by locks. Statements wait for 10 s at most. */
export interface HeldDatabase {
  /** From now on appends of a workspace stop in the middle of their transaction. Yields what lets them go on. */
  readonly holdAppends: (workspace: string) => Promise<() => Promise<void>>;
  /** Resolves when so many statements wait for somebody's lock. */
  readonly untilWaiting: (count: number) => Promise<void>;
  readonly countEvents: (workspace: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Prepares a database that a server has set up; `url` is the superuser's. */
export async function holdableDatabase(url: string): Promise<HeldDatabase> {
  const sql = postgres(url, { max: 8, onnotice: () => {} });
  await sql.unsafe(`
    CREATE FUNCTION docket_test_hold() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext(NEW.workspace::text)); RETURN NEW; END $$;
    CREATE TRIGGER docket_test_hold BEFORE INSERT ON docket.commands
      FOR EACH ROW EXECUTE FUNCTION docket_test_hold();`);
  return {
    holdAppends: async (workspace) => {
      const own = await sql.reserve();
      await own`SELECT pg_advisory_lock(hashtext(${workspace}))`;
      return async () => {
        await own`SELECT pg_advisory_unlock(hashtext(${workspace}))`;
        own.release();
      };
    },
    untilWaiting: (count) =>
      until(async () => (await sql`SELECT 1 FROM pg_locks WHERE NOT granted`).length >= count),
    countEvents: async (workspace) => {
      const [row] =
        await sql`SELECT count(*)::int AS events FROM docket.events WHERE workspace = ${workspace}`;
      return Number(row?.events);
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
