import type { Role } from "../../domain/role.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import type { DeviceRow } from "../store/store.ts";

/** Whether a device may speak for its workspace now, and as what. */
export type Access =
  | { readonly outcome: "allowed"; readonly role: Role; readonly device: DeviceRow }
  | { readonly outcome: "refused"; readonly problem: Problem };

/** Told by the device's row, read in the transaction that acts on it: a revocation counts from its commit on. */
export function accessOf(device: DeviceRow | undefined): Access {
  if (device === undefined) return { outcome: "refused", problem: unknownToken };
  return device.revokedAt === null
    ? { outcome: "allowed", role: device.role, device }
    : { outcome: "refused", problem: revoked };
}

/** Whether a device has the power of an owner now. */
export function isOwner({ role, revokedAt }: Pick<DeviceRow, "role" | "revokedAt">): boolean {
  return role === "owner" && revokedAt === null;
}

/** No token, or none of ours by its shape. */
export const unauthenticated = problem("unauthenticated", 401, "Who asks?", {
  detail: "expected the header authorization: Bearer <device token>",
});

/** The device should ask for an invite and keep everything: the server may have been restored. */
export const unknownToken = problem("unknown-token", 401, "This server does not know the device");

/** The owner has taken the device's access away. */
const revoked = problem("revoked", 401, "This device's access was taken away");
