import { createDatabase, setUp } from "../../device/create-device.ts";
import { openDevice } from "../../device/open-device.ts";
import { finishAdoption } from "../../device/outbox/adopt.ts";
import { partsAtHand } from "../../device/parts-at-hand.ts";
import type { Device, DeviceStorage } from "../../device/storage/device.ts";
import { takeIdentity } from "../../device/storage/identity.ts";
import { forgetAttempt, rememberAttempt } from "../../device/storage/joining-attempts.ts";
import { addWorkspace, listWorkspaces, localWorkspaceId } from "../../device/storage/registry.ts";
import type { Identity } from "../../device/storage/rows.ts";
import type { WorkspaceFields } from "../../domain/workspace/workspace.ts";
import {
  type Joined,
  type JoinRequest,
  joinedSchema,
  type StartWorkspace,
  streamHistorySchema,
} from "../../protocol/joining-messages.ts";
import { parseEvent } from "../../protocol/parse-event.ts";
import { findLocalWork, type LocalWork } from "./attach.ts";
import { type Refused, refused } from "./call-as.ts";
import { call } from "./transport.ts";

/** The device in its new workspace. `kept`: work done here before is in another currency and stayed as it was. */
export type DeviceResult =
  | { readonly ok: true; readonly device: Device; readonly kept?: "currency-differs" }
  | Refused;

/** Starts a workspace on a server; this device becomes its owner. Work done here before joining goes along. */
export async function startWorkspace(
  wanted: {
    readonly origin: string;
    readonly setupCode: string;
    readonly deviceName: string;
    readonly settings: WorkspaceFields;
  },
  storage: DeviceStorage = {},
): Promise<DeviceResult> {
  const { origin, setupCode, deviceName: name, settings } = wanted;
  const attempt = await rememberAttempt(setupCode, storage);
  const device = { id: attempt.id, name, token: attempt.token };
  const body: StartWorkspace = { setupCode, name: settings.name, device };
  const reply = await call({ origin, method: "POST", path: "/v1/workspaces", body, schema: joinedSchema });
  if (reply.outcome !== "answered") return refused(reply);
  const local = await findLocalWork(storage);
  const entered = await enter(origin, attempt.token, reply.body, storage, local, settings);
  await forgetAttempt(setupCode, storage);
  return { ok: true, device: entered };
}

/**
 * Joins a workspace by an invite's code. Work done here before joining goes along; work in another currency cannot
 * (`kept`): it stays in a workspace of its own on this device.
 */
export async function joinWorkspace(
  wanted: { readonly origin: string; readonly code: string; readonly deviceName: string },
  storage: DeviceStorage = {},
): Promise<DeviceResult> {
  const { origin, code, deviceName: name } = wanted;
  const attempt = await rememberAttempt(code, storage);
  const body: JoinRequest = { code, device: { id: attempt.id, name, token: attempt.token } };
  const reply = await call({ origin, method: "POST", path: "/v1/devices", body, schema: joinedSchema });
  if (reply.outcome !== "answered") return refused(reply);
  const local = await findLocalWork(storage);
  if (local === undefined) {
    const device = await enter(origin, attempt.token, reply.body, storage, undefined);
    await forgetAttempt(code, storage);
    return { ok: true, device };
  }
  const currency = await fetchCurrency(origin, attempt.token, reply.body.workspace.id);
  if (!currency.ok) return currency;
  const fits = currency.currency === undefined || currency.currency === local.currency;
  const device = await enter(origin, attempt.token, reply.body, storage, fits ? local : undefined);
  await forgetAttempt(code, storage);
  return fits ? { ok: true, device } : { ok: true, device, kept: "currency-differs" };
}

/** The currency of a workspace, asked of the server; undefined where its owner has not set it up yet. */
async function fetchCurrency(
  origin: string,
  token: string,
  workspaceId: string,
): Promise<{ readonly ok: true; readonly currency: string | undefined } | Refused> {
  const path = `/v1/streams/workspace/${workspaceId}`;
  const reply = await call({ origin, method: "GET", path, token, schema: streamHistorySchema });
  if (reply.outcome === "problem" && reply.problem.code === "not-found")
    return { ok: true, currency: undefined };
  if (reply.outcome !== "answered") return refused(reply);
  const setUp = reply.body.events.find(({ type }) => type === "workspace-set-up");
  const parsed = setUp === undefined ? undefined : parseEvent(setUp);
  const known =
    parsed?.outcome === "known" && parsed.event.type === "workspace-set-up" ? parsed.event : undefined;
  return { ok: true, currency: known?.data.currency };
}

/**
 * Makes (or finds, after an interrupted try) the database of a joined workspace, makes it the current one, and
 * brings former work along; what is interrupted in between is finished at the next start. The former databases
 * stay on disk: nothing is deleted to join.
 */
async function enter(
  origin: string,
  token: string,
  joined: Joined,
  storage: DeviceStorage,
  local: LocalWork | undefined,
  settings?: WorkspaceFields,
): Promise<Device> {
  const { workspace, device } = joined;
  const identity: Identity = {
    deviceId: device.id,
    code: device.code,
    deviceName: device.name,
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    joined: { token, role: device.role, origin },
  };
  const former = (await listWorkspaces(storage)).find((known) => known.id === workspace.id);
  const database = former?.database ?? `docket-${workspace.id}-${device.id}`;
  await createDatabase(database, identity, storage);
  const entered = await openDevice(database, storage, undefined, partsAtHand);
  try {
    // Joined again, after a revocation or a lost token: all that is here goes on under the new identity.
    if (former !== undefined) await takeIdentity(entered.db, { ...device, token, origin });
    if (settings !== undefined) await setUp(entered, workspace.id, settings);
    const added = local === undefined ? [] : [local.database];
    const toAdopt = [...(former?.toAdopt ?? []), ...added];
    const entry = { id: workspace.id, name: workspace.name, database, toAdopt };
    await addWorkspace(entry, storage, local === undefined ? undefined : localWorkspaceId);
    await finishAdoption(entered, { ...entry, current: true }, storage);
  } catch (error) {
    entered.close();
    throw error;
  }
  return entered;
}
