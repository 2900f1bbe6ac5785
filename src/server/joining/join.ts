import { newId } from "../../protocol/ids.ts";
import type { Joined, JoinRequest, StartWorkspace } from "../../protocol/joining-messages.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { DeviceRow, Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import { accessOf } from "../sync/access.ts";
import { deviceCode } from "./device-codes.ts";
import { normalizeCode } from "./invite-code.ts";

/** How joining ended: `joined` is answered 201, now and every time the same is asked again. */
export type Joining = { readonly joined: Joined } | { readonly problem: Problem };

/** Most devices that a workspace ever has, revoked ones included. */
export const devicesMax = 5_000;

/**
 * Starts a workspace by the setup code, with the asking device as its owner. A code that the server has drawn itself is
 * good for the first workspace only; asking again with the same device and token answers the same.
 */
export async function startWorkspace(
  store: Store,
  setup: { readonly code: string; readonly firstOnly: boolean },
  request: StartWorkspace,
  now: Date,
): Promise<Joining> {
  // Hashes of equal length: comparing them tells nothing of the code.
  if (sha256Hex(request.setupCode) !== sha256Hex(setup.code)) return { problem: wrongCode };
  const tokenHash = sha256Hex(request.device.token);
  const before = await store.findToken(tokenHash);
  if (before !== undefined) return joinedBefore(store, before, request.device.id, setupJoin);
  const id = newId();
  const owner = newDevice(
    request.device,
    { code: deviceCode(1), role: "owner", joinedBy: setupJoin, root: request.device.id, tokenHash },
    now,
  );
  const workspace = { id, name: request.name };
  const isCreated = await store.createWorkspace(
    { ...workspace, createdAt: now.toISOString(), owner },
    setup.firstOnly,
  );
  return isCreated ? { joined: { workspace, device: deviceOf(owner) } } : { problem: codeUsed };
}

/** Joins a workspace by an invite's code. The same code, device and token answer the same until the code expires. */
export async function joinByCode(
  store: Store,
  request: Extract<JoinRequest, { code: string }>,
  now: Date,
): Promise<Joining> {
  const codeHash = sha256Hex(normalizeCode(request.code));
  const workspace = await store.findInviteWorkspace(codeHash);
  if (workspace === undefined) return { problem: wrongCode };
  if (request.device.id === workspace) return { problem: takenIdentity };
  const tokenHash = sha256Hex(request.device.token);
  const tokenOwner = await store.findToken(tokenHash);
  return store.inWorkspace(workspace, async (tx) => {
    await tx.lockHead();
    const invite = await tx.findInvite(codeHash);
    if (invite === undefined) return { problem: wrongCode };
    if (invite.expiresAt <= now.toISOString()) return { problem: codeExpired };
    const same = await tx.findDevice(request.device.id);
    if (invite.usedBy !== null) {
      if (invite.usedBy !== request.device.id || same?.tokenHash !== tokenHash) return { problem: codeUsed };
      return { joined: await joinedOf(tx, workspace, same) };
    }
    // Its answer was lost and it asks with another code: it is in already, and the code stays good for somebody else.
    if (same?.tokenHash === tokenHash && same.revokedAt === null)
      return { joined: await joinedOf(tx, workspace, same) };
    if (same !== undefined || tokenOwner !== undefined) return { problem: takenIdentity };
    const joining = await addDevice(
      tx,
      workspace,
      { ...request.device, role: invite.role, joinedBy: codeHash, root: request.device.id },
      now,
    );
    if ("joined" in joining) await tx.useInvite(codeHash, request.device.id);
    return joining;
  });
}

/** Most successors that the devices of a workspace take within an hour: the devices that it may have are for its people. */
const successorsMax = 100;
const successorsMs = 60 * 60_000;

/**
 * Gives a device a successor identity: its own was copied, or it has forgotten what it did under it. Same role, new id
 * and code; the old identity stays as it is, because the copy may still be using it.
 */
export async function joinAsSuccessor(
  store: Store,
  caller: TokenOwner,
  request: Extract<JoinRequest, { successorOf: string }>,
  now: Date,
): Promise<Joining> {
  if (request.successorOf !== caller.device) return { problem: notYourself };
  if (request.device.id === caller.workspace) return { problem: takenIdentity };
  const tokenHash = sha256Hex(request.device.token);
  const tokenOwner = await store.findToken(tokenHash);
  return store.inWorkspace(caller.workspace, async (tx) => {
    await tx.lockHead();
    const access = accessOf(await tx.findDevice(caller.device));
    if (access.outcome !== "allowed") return { problem: access.problem };
    const same = await tx.findDevice(request.device.id);
    if (same?.tokenHash === tokenHash && same.joinedBy === caller.device) {
      return { joined: await joinedOf(tx, caller.workspace, same) };
    }
    if (same !== undefined || tokenOwner !== undefined) return { problem: takenIdentity };
    if (await hasManySuccessors(tx, now)) return { problem: tooManySuccessors };
    const added = { ...request.device, role: access.role, joinedBy: caller.device, root: caller.root };
    return addDevice(tx, caller.workspace, added, now);
  });
}

/** Whether the workspace has as many new successors as it may, of whatever devices: a successor may be followed too. */
async function hasManySuccessors(tx: WorkspaceTx, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - successorsMs).toISOString();
  const devices = await tx.listDevices();
  const ids = new Set(devices.map(({ id }) => id));
  const recent = devices.filter(({ joinedAt, joinedBy }) => joinedAt > since && ids.has(joinedBy));
  return recent.length >= successorsMax;
}

/** What `joinedBy` says of a workspace's first owner. */
const setupJoin = "setup";

async function joinedBefore(
  store: Store,
  owner: TokenOwner,
  device: string,
  joinedBy: string,
): Promise<Joining> {
  if (owner.device !== device) return { problem: takenIdentity };
  return store.inWorkspace(owner.workspace, async (tx) => {
    const row = await tx.findDevice(device);
    if (row === undefined || row.joinedBy !== joinedBy) return { problem: takenIdentity };
    return { joined: await joinedOf(tx, owner.workspace, row) };
  });
}

/** Adds a device under the counter's lock, with a code that no device of the workspace ever had. */
async function addDevice(
  tx: WorkspaceTx,
  workspace: string,
  added: { readonly id: string; readonly name: string; readonly token: string } & Pick<
    DeviceRow,
    "role" | "joinedBy" | "root"
  >,
  now: Date,
): Promise<Joining> {
  const count = await tx.countDevice();
  if (count > devicesMax) return { problem: tooManyDevices };
  const { role, joinedBy, root } = added;
  const row = newDevice(
    added,
    { code: deviceCode(count), role, joinedBy, root, tokenHash: sha256Hex(added.token) },
    now,
  );
  await tx.insertDevice(row);
  return { joined: await joinedOf(tx, workspace, row) };
}

async function joinedOf(tx: WorkspaceTx, workspace: string, row: DeviceRow): Promise<Joined> {
  return { workspace: { id: workspace, name: await tx.readName() }, device: deviceOf(row) };
}

function newDevice(
  { id, name }: { readonly id: string; readonly name: string },
  rest: Pick<DeviceRow, "code" | "role" | "joinedBy" | "root" | "tokenHash">,
  now: Date,
): DeviceRow {
  return { id, name, ...rest, joinedAt: now.toISOString(), lastSeenAt: null, revokedAt: null };
}

function deviceOf({ id, code, name, role }: DeviceRow): Joined["device"] {
  return { id, code, name, role };
}

const wrongCode = problem("wrong-code", 403, "This code is not right");
const codeUsed = problem("code-used", 410, "This code was used already");
const codeExpired = problem("code-expired", 410, "This code has expired", { detail: "ask for a new one" });
/** Another device has it, or the workspace: what the server itself notes in the log stands under the workspace's id. */
const takenIdentity = problem("device-cloned", 409, "This identity is taken", {
  detail: "draw a new id and token",
});
const notYourself = problem("forbidden", 403, "A device can be followed by itself only");
const tooManySuccessors = problem("rate-limited", 429, "Too many new identities at once", {
  detail: `a workspace may have ${successorsMax} successors of devices within an hour`,
  retryAfterMs: 10 * 60_000,
});
const tooManyDevices = problem("forbidden", 403, "The workspace is full", {
  detail: `a workspace has at most ${devicesMax} devices in its life`,
});
