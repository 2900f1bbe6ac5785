import type { Role } from "../../domain/role.ts";
import type { DeviceChange, WorkspaceDevice } from "../../protocol/joining-messages.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { DeviceRow, Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import { accessOf } from "../sync/access.ts";
import { drawCode, inviteMs, normalizeCode } from "./invite-code.ts";

export type Answer<Value> = { readonly value: Value } | { readonly problem: Problem };

/** Draws a code with which one device may join with a role, for ten minutes. */
export function invite(
  store: Store,
  caller: TokenOwner,
  role: Role,
  now: Date,
): Promise<Answer<{ readonly code: string; readonly expiresAt: string }>> {
  const code = drawCode();
  const expiresAt = new Date(now.getTime() + inviteMs).toISOString();
  return asOwner(store, caller, async (tx) => {
    await tx.lockHead();
    const open = await tx.forgetInvites(new Date(now.getTime() - keptMs).toISOString());
    if (open >= invitesMax) return { problem: tooManyInvites };
    await tx.insertInvite({ codeHash: sha256Hex(normalizeCode(code)), role, expiresAt, usedBy: null });
    return { value: { code, expiresAt } };
  });
}

/** All devices that ever joined the workspace. */
export function listDevices(store: Store, caller: TokenOwner): Promise<Answer<readonly WorkspaceDevice[]>> {
  return asOwner(store, caller, async (tx) => ({ value: (await tx.listDevices()).map(shown) }));
}

/** Renames a device or gives it another role. The workspace keeps at least one owner. */
export function changeDevice(
  store: Store,
  caller: TokenOwner,
  id: string,
  change: DeviceChange,
): Promise<Answer<WorkspaceDevice>> {
  return asOwner(store, caller, async (tx) => {
    await tx.lockHead();
    const devices = await tx.listDevices();
    const device = devices.find((candidate) => candidate.id === id);
    if (device === undefined) return { problem: noSuchDevice };
    if (change.role !== undefined && change.role !== "owner" && isLastOwner(device, devices))
      return { problem: lastOwner };
    await tx.updateDevice(id, change);
    return { value: shown({ ...device, ...change }) };
  });
}

/** Takes a device's access away, for good. The workspace keeps at least one owner. */
export async function revokeDevice(
  store: Store,
  caller: TokenOwner,
  id: string,
  now: Date,
): Promise<Answer<WorkspaceDevice>> {
  const revokedAt = now.toISOString();
  const answer = await asOwner(store, caller, async (tx): Promise<Answer<WorkspaceDevice>> => {
    await tx.lockHead();
    const devices = await tx.listDevices();
    const device = devices.find((candidate) => candidate.id === id);
    if (device === undefined) return { problem: noSuchDevice };
    if (device.revokedAt !== null) return { value: shown(device) };
    if (isLastOwner(device, devices)) return { problem: lastOwner };
    await tx.updateDevice(id, { revokedAt });
    return { value: shown({ ...device, revokedAt }) };
  });
  if ("value" in answer) store.announce({ kind: "revoked", workspace: caller.workspace, device: id });
  return answer;
}

/** Runs `work` for an owner of the workspace; anybody else is refused. */
export function asOwner<Value>(
  store: Store,
  caller: TokenOwner,
  work: (tx: WorkspaceTx) => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  return store.inWorkspace(caller.workspace, async (tx) => {
    const access = accessOf(await tx.findDevice(caller.device));
    if (access.outcome === "refused") return { problem: access.problem };
    return access.role === "owner" ? work(tx) : { problem: ownersOnly };
  });
}

function isLastOwner(device: DeviceRow, devices: readonly DeviceRow[]): boolean {
  const owners = devices.filter(({ role, revokedAt }) => role === "owner" && revokedAt === null);
  return owners.length === 1 && owners[0]?.id === device.id;
}

function shown({ id, code, name, role, joinedAt, lastSeenAt, revokedAt }: DeviceRow): WorkspaceDevice {
  return { id, code, name, role, joinedAt, lastSeenAt, revokedAt };
}

/** How long an expired invite is still told apart from a wrong code. */
const keptMs = 24 * 60 * 60_000;

/** Most invites of a workspace within that time. */
const invitesMax = 500;

const ownersOnly = problem("forbidden", 403, "Only an owner may do that");
const noSuchDevice = problem("not-found", 404, "There is nothing here");
const lastOwner = problem("forbidden", 403, "The last owner stays", {
  detail: "make another device an owner first",
});
const tooManyInvites = problem("rate-limited", 429, "Too many invites", { retryAfterMs: 60 * 60_000 });
