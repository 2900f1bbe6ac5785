import Dexie, { type Table } from "dexie";
import { newId } from "../../protocol/ids.ts";
import type { DeviceStorage } from "./device.ts";
import { randomToken } from "./random.ts";

/** The identity that was drawn for a code, kept until the server has answered. */
interface AttemptRow {
  readonly code: string;
  readonly id: string;
  readonly token: string;
}

interface AttemptsDatabase extends Dexie {
  readonly attempts: Table<AttemptRow, string>;
}

/**
 * Draws an identity for a code, and stores it before anything is asked; the same code gives the same identity
 * again. So an answer that is lost costs nothing: asking again is answered the same.
 */
export async function rememberAttempt(
  code: string,
  storage: DeviceStorage,
): Promise<{ readonly id: string; readonly token: string }> {
  const drawn: AttemptRow = { code, id: newId(), token: randomToken() };
  return inAttempts(storage, (db) =>
    db.transaction("rw", db.attempts, async () => {
      const known = await db.attempts.get(code);
      if (known === undefined) await db.attempts.add(drawn);
      const { id, token } = known ?? drawn;
      return { id, token };
    }),
  );
}

/** Forgets the identity drawn for a code, once it is in use. */
export async function forgetAttempt(code: string, storage: DeviceStorage): Promise<void> {
  await inAttempts(storage, (db) => db.attempts.delete(code));
}

async function inAttempts<Result>(
  storage: DeviceStorage,
  work: (db: AttemptsDatabase) => PromiseLike<Result>,
): Promise<Result> {
  const db = new Dexie("docket-joining", {
    chromeTransactionDurability: "strict",
    ...storage,
  }) as AttemptsDatabase;
  db.version(1).stores({ attempts: "code" });
  try {
    return await work(db);
  } finally {
    db.close();
  }
}
