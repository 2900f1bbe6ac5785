import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";

/** Stops consumers exactly between their effect and their checkpoint: both are written, the second one waits. */
export interface HeldCheckpoints {
  /** From now on the transactions of consumers stop there. Yields what lets them go on. */
  readonly hold: () => Promise<() => Promise<void>>;
  /** Resolves when one waits there: what it has written into the log is there, and not committed. */
  readonly untilHeld: () => Promise<void>;
  /** Resolves when every consumer's position is the end of its log. */
  readonly untilRead: (workspace: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const key = 4_711;

/** Prepares a database that a server has set up; `url` is the superuser's. */
export async function holdCheckpoints(url: string): Promise<HeldCheckpoints> {
  const sql = postgres(url, { max: 4, onnotice: () => {} });
  await sql.unsafe(`
    CREATE FUNCTION docket_test_hold_place() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${key}); RETURN NEW; END $$;
    CREATE TRIGGER docket_test_hold_place BEFORE UPDATE ON docket.consumers
      FOR EACH ROW EXECUTE FUNCTION docket_test_hold_place();`);
  return {
    hold: async () => {
      const own = await sql.reserve();
      await own.unsafe(`SELECT pg_advisory_lock(${key})`);
      return async () => {
        await own.unsafe(`SELECT pg_advisory_unlock(${key})`);
        own.release();
      };
    },
    untilHeld: async () => {
      const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${key} AND NOT granted`;
      while ((await sql.unsafe(waiting)).length === 0) await delay(5);
    },
    untilRead: async (workspace) => {
      const behind = `SELECT 1 FROM docket.workspaces w LEFT JOIN docket.consumers c USING (workspace)
        WHERE workspace = $1 AND coalesce(c.position, 0) < w.head`;
      while ((await sql.unsafe(behind, [workspace])).length > 0) await delay(20);
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
