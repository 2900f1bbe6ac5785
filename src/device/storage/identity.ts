import type { Role } from "../../domain/role.ts";
import { newId } from "../../protocol/ids.ts";
import type { DeviceDatabase } from "./database.ts";
import { findMeta, mustMeta, putMeta } from "./meta.ts";
import { randomToken } from "./random.ts";

/** What the server has given: a new id and code in the same workspace. */
export interface NewIdentity {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly role: Role;
  readonly token: string;
  readonly origin: string;
}

/**
 * Draws the identity that is to follow this database's, and stores it before anything is asked; asked again, it is the
 * same one. So an answer that is lost costs nothing.
 */
export async function drawSuccessor(
  db: DeviceDatabase,
): Promise<{ readonly id: string; readonly token: string }> {
  return db.transaction("rw", db.meta, async () => {
    const { deviceId } = await mustMeta(db, "identity");
    const drawn = await findMeta(db, "successor");
    if (drawn?.of === deviceId) return { id: drawn.id, token: drawn.token };
    const [id, token] = [newId(), randomToken()];
    await putMeta(db, "successor", { of: deviceId, id, token });
    return { id, token };
  });
}

/**
 * Goes on under a new identity in the same workspace, with all that is here: the log, and every command that is not
 * confirmed, under its old id, so that one which did reach the server happens once. Order numbers begin with the new
 * code from now on.
 */
export async function takeIdentity(db: DeviceDatabase, given: NewIdentity): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    const before = await mustMeta(db, "identity");
    if (before.deviceId === given.id) return;
    const { id: deviceId, code, name: deviceName, role, token, origin } = given;
    const formerIds = [...(before.formerIds ?? []), before.deviceId];
    await putMeta(db, "identity", {
      ...before,
      deviceId,
      code,
      deviceName,
      formerIds,
      joined: { token, role, origin },
    });
    await db.meta.delete("successor");
  });
}
