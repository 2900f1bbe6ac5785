import type { DeviceDatabase } from "../storage/database.ts";
import { mustMeta } from "../storage/meta.ts";

/** Whether every command ever made on this device is accounted for. */
export interface LedgerCheck {
  readonly created: number;
  readonly accountedFor: number;
  readonly balanced: boolean;
}

/**
 * Nothing vanishes (L6): created = confirmed + settled + what is in the outbox (pending, held, parked, discarded).
 * Read in one transaction, so that a command that is being saved does not count half.
 */
export async function checkLedger(db: DeviceDatabase): Promise<LedgerCheck> {
  return db.transaction("r", db.meta, db.outbox, async () => {
    const { created, confirmed, settled } = await mustMeta(db, "ledger");
    const accountedFor = confirmed + settled + (await db.outbox.count());
    return { created, accountedFor, balanced: created === accountedFor };
  });
}
