import type { Role } from "../../domain/role.ts";
import type { DeviceChange, WorkspaceDevice } from "../../protocol/joining-messages.ts";
import { problem } from "../../protocol/problem.ts";
import type { Answer } from "../answer.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { DeviceRow, Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import { accessOf, isOwner } from "../sync/access.ts";
import { drawCode, inviteMs, normalizeCode } from "./invite-code.ts";

/** Draws a code with which one device may join with a role, for ten minutes. */
export function invite(
  store: Store,
  caller: TokenOwner,
  role: Role,
  now: Date,
): Promise<Answer<{ readonly code: string; readonly expiresAt: string }>> {
  const code = drawCode();
  const expiresAt = new Date(now.getTime() + inviteMs).toISOString();
  return changeAsOwner(store, caller, async (tx) => {
    const open = await tx.forgetInvites(new Date(now.getTime() - keptMs).toISOString());
    if (open >= invitesMax) return { problem: tooManyInvites };
    const codeHash = sha256Hex(normalizeCode(code));
    await tx.insertInvite({ codeHash, role, madeBy: caller.root, expiresAt, usedBy: null });
    return { value: { code, expiresAt } };
  });
}

/** The devices of the workspace: all of the lineages that have access, and of the others those that joined last. */
export function listDevices(store: Store, caller: TokenOwner): Promise<Answer<readonly WorkspaceDevice[]>> {
  return asOwner(store, caller, async (tx) => {
    const devices = await tx.listDevices();
    const living = new Set(devices.filter(({ revokedAt }) => revokedAt === null).map(({ root }) => root));
    const ended = devices.filter(({ root }) => !living.has(root)).slice(-endedMax);
    const makers = (await tx.listSubscriptions()).map(({ madeBy }) => madeBy);
    const listed = [...devices.filter(({ root }) => living.has(root)), ...ended];
    const webhooksOf = (root: string) => makers.filter((madeBy) => madeBy === root).length;
    return { value: listed.map((device) => ({ ...shown(device), webhooks: webhooksOf(device.root) })) };
  });
}

/**
 * Renames a device, or gives it another role: it, those that it followed and those that followed it, in one
 * transaction, since all of them are one person's access. A name is the device's alone: where a profile was copied, two
 * honest holders are told apart by it. The workspace keeps at least one owner.
 */
export async function changeDevice(
  store: Store,
  caller: TokenOwner,
  id: string,
  { name, role }: DeviceChange,
): Promise<Answer<WorkspaceDevice>> {
  return changeAsOwner(store, caller, async (tx) => {
    const devices = await tx.listDevices();
    const device = devices.find((candidate) => candidate.id === id);
    if (device === undefined) return { problem: noSuchDevice };
    if (role !== undefined && role !== "owner" && hasAllOwners(device.root, devices))
      return { problem: lastOwner };
    if (role !== undefined) await tx.updateLineage(device.root, { role });
    if (name !== undefined) await tx.updateDevice(id, { name });
    return { value: shown({ ...device, name: name ?? device.name, role: role ?? device.role }) };
  });
}

/**
 * Takes access away, for good: from the device, from those that it followed and from those that followed it, in one
 * transaction. One that is just being followed is so before it, and the follower goes too, or not at all. The workspace
 * keeps at least one owner.
 */
export async function revokeDevice(
  store: Store,
  caller: TokenOwner,
  id: string,
  now: Date,
): Promise<Answer<WorkspaceDevice>> {
  const revokedAt = now.toISOString();
  const answer = await changeAsOwner(store, caller, async (tx): Promise<Answer<Revoked>> => {
    const devices = await tx.listDevices();
    const device = devices.find((candidate) => candidate.id === id);
    if (device === undefined) return { problem: noSuchDevice };
    if (hasAllOwners(device.root, devices)) return { problem: lastOwner };
    await tx.updateLineage(device.root, { revokedAt });
    const lineage = devices.filter(({ root }) => root === device.root).map((each) => each.id);
    return { value: { lineage, shown: shown({ ...device, revokedAt: device.revokedAt ?? revokedAt }) } };
  });
  if ("problem" in answer) return answer;
  // After the commit: whoever hears it looks again, and finds it done.
  for (const device of answer.value.lineage)
    store.announce({ kind: "revoked", workspace: caller.workspace, device });
  return { value: answer.value.shown };
}

interface Revoked {
  readonly lineage: readonly string[];
  readonly shown: WorkspaceDevice;
}

/** Reads, or does what may end a moment later, for an owner of the workspace; anybody else is refused. */
export function asOwner<Value>(
  store: Store,
  caller: TokenOwner,
  work: (tx: WorkspaceTx) => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  return store.inWorkspace(caller.workspace, (tx) => workAsOwner(tx, caller, work));
}

/**
 * Runs `work` for an owner of the workspace under the counter's lock, so that whoever is shut out or steps down at the
 * same moment does it before, or not at all.
 */
export function changeAsOwner<Value>(
  store: Store,
  caller: TokenOwner,
  work: (tx: WorkspaceTx) => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  return store.inWorkspace(caller.workspace, async (tx) => {
    await tx.lockHead();
    return workAsOwner(tx, caller, work);
  });
}

async function workAsOwner<Value>(
  tx: WorkspaceTx,
  caller: TokenOwner,
  work: (tx: WorkspaceTx) => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  const access = accessOf(await tx.findDevice(caller.device));
  if (access.outcome === "refused") return { problem: access.problem };
  return access.role === "owner" ? work(tx) : { problem: ownersOnly };
}

/** Whether the workspace has no owner but in this lineage: what an owner has followed is no second one. */
function hasAllOwners(root: string, devices: readonly DeviceRow[]): boolean {
  const owners = devices.filter(isOwner);
  return owners.length > 0 && owners.every((owner) => owner.root === root);
}

function shown(device: DeviceRow): WorkspaceDevice {
  const { id, code, name, role, root, joinedBy, joinedAt, lastSeenAt, revokedAt } = device;
  const successorOf = root === id ? null : joinedBy;
  return { id, code, name, role, root, successorOf, joinedAt, lastSeenAt, revokedAt };
}

/** Most devices without access that are listed. */
const endedMax = 1_000;

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
