import { newId } from "../../protocol/ids.ts";
import type { Joined, JoinRequest, StartWorkspace } from "../../protocol/joining-messages.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { DeviceRow, InviteRow, Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import { accessOf, isOwner } from "../sync/access.ts";
import { deviceCode } from "./device-codes.ts";
import { normalizeCode } from "./invite-code.ts";

/** How joining ended: `joined` is answered 201, now and every time the same is asked again. */
export type Joining = { readonly joined: Joined } | { readonly problem: Problem };

/**
 * Most devices that have access to a workspace at one moment, each with all that it followed as one: a device whose
 * access has ended makes room.
 */
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
      return joinedAgain(tx, workspace, same);
    }
    if (!(await isGood(tx, invite))) return { problem: codeExpired };
    // Its answer was lost and it asks with another code: it is in already, and the code stays good for somebody else.
    if (same?.tokenHash === tokenHash && same.revokedAt === null)
      return { joined: await joinedOf(tx, workspace, same) };
    if (same !== undefined || tokenOwner !== undefined) return { problem: takenIdentity };
    if ((await tx.countLineages()) >= devicesMax) return { problem: tooManyDevices };
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

/** Whether whoever made an invite is an owner still: an owner whose access has ended leaves no valid invite behind. */
async function isGood(tx: WorkspaceTx, { madeBy }: InviteRow): Promise<boolean> {
  if (madeBy === null) return true;
  return (await tx.listLineage(madeBy)).some(isOwner);
}

/** Most devices that follow one another in a lineage within a day, and in its life: nobody needs more than a few. */
const successorsMax = { ofLineageADay: 5, ofLineage: 200, ofWorkspaceADay: 500 } as const;
const dayMs = 24 * 60 * 60_000;

/**
 * Gives a device a successor identity: its own was copied, or it has forgotten what it did under it. Same lineage, name
 * and role, new id and code; the old identity stays as it is, because the copy may still be using it.
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
    // Revoking takes the same lock: a successor is there before it and goes with the others, or is refused after it.
    await tx.lockHead();
    const access = accessOf(await tx.findDevice(caller.device));
    if (access.outcome !== "allowed") return { problem: access.problem };
    const same = await tx.findDevice(request.device.id);
    if (same?.tokenHash === tokenHash && same.joinedBy === caller.device) {
      return { joined: await joinedOf(tx, caller.workspace, same) };
    }
    if (same !== undefined || tokenOwner !== undefined) return { problem: takenIdentity };
    const full = await findFull(tx, caller.root, now);
    if (full !== undefined) return { problem: full };
    const { name, role } = access.device;
    const added = { ...request.device, name, role, root: caller.root, joinedBy: caller.device };
    return addDevice(tx, caller.workspace, added, now);
  });
}

/**
 * Why a lineage may have no successor now. It is counted separately: what one device uses up is its own, and the
 * workspace's bound is far beyond it.
 */
async function findFull(tx: WorkspaceTx, root: string, now: Date): Promise<Problem | undefined> {
  const since = new Date(now.getTime() - dayMs).toISOString();
  const successors = (await tx.listLineage(root)).filter(({ id }) => id !== root);
  if (successors.length >= successorsMax.ofLineage) return longLineage;
  const recent = successors.map(({ joinedAt }) => joinedAt).filter((joinedAt) => joinedAt > since);
  const first = recent.sort().at(-successorsMax.ofLineageADay);
  if (first !== undefined)
    return tooManySuccessors(
      `a device may take ${successorsMax.ofLineageADay} new identities a day`,
      first,
      now,
    );
  if ((await tx.countSuccessors(since)) < successorsMax.ofWorkspaceADay) return undefined;
  const detail = `the devices of a workspace may take ${successorsMax.ofWorkspaceADay} new identities a day`;
  return tooManySuccessors(detail, since, now);
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
    return joinedAgain(tx, owner.workspace, row);
  });
}

/** The same answer as before, while the device has access. */
async function joinedAgain(tx: WorkspaceTx, workspace: string, row: DeviceRow): Promise<Joining> {
  const access = accessOf(row);
  return access.outcome === "allowed"
    ? { joined: await joinedOf(tx, workspace, row) }
    : { problem: access.problem };
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
/** Another device has it, or the workspace: what the server itself notes in the log is under the workspace's id. */
const takenIdentity = problem("device-cloned", 409, "This identity is taken", {
  detail: "draw a new id and token",
});
const notYourself = problem("forbidden", 403, "Only a device itself can take a new identity");
/** Until the oldest of those that count is a day old; a device asks again after an hour at most. */
function tooManySuccessors(detail: string, since: string, now: Date): Problem {
  const retryAfterMs = Math.max(60_000, Math.min(Date.parse(since) + dayMs - now.getTime(), 60 * 60_000));
  return problem("rate-limited", 429, "Too many new identities at once", { detail, retryAfterMs });
}
const longLineage = problem("forbidden", 403, "This device has taken too many new identities", {
  detail: `at most ${successorsMax.ofLineage} follow one another: ask an owner for an invite`,
});
const tooManyDevices = problem("forbidden", 403, "The workspace is full", {
  detail: `at most ${devicesMax} devices have access to a workspace: take it from those that are not used`,
});
