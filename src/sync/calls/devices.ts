import * as v from "valibot";
import type { Device } from "../../device/storage/device.ts";
import type { Role } from "../../domain/role.ts";
import {
  devicesSchema,
  type Invite,
  inviteSchema,
  type WorkspaceDevice,
} from "../../protocol/joining-messages.ts";
import { type Answer, callAs, type Refused, refused } from "./call-as.ts";

/** Asks for a code that lets one device join with this role. Owners may. */
export async function createInvite(
  device: Device,
  role: Role,
): Promise<{ readonly ok: true; readonly invite: Invite } | Refused> {
  const reply = await callAs(device, {
    method: "POST",
    path: "/v1/invites",
    body: { role },
    schema: inviteSchema,
  });
  return reply.outcome === "answered" ? { ok: true, invite: reply.body } : refused(reply);
}

/** All devices of the workspace. Owners may. */
export async function listDevices(device: Device): Promise<Answer<readonly WorkspaceDevice[]>> {
  const reply = await callAs(device, { method: "GET", path: "/v1/devices", schema: devicesSchema });
  return reply.outcome === "answered" ? { ok: true, value: reply.body.devices } : refused(reply);
}

/** Takes a device's access back; what it has not sent stays on it. Owners may. */
export async function revokeDevice(device: Device, id: string): Promise<{ readonly ok: true } | Refused> {
  const reply = await callAs(device, { method: "DELETE", path: `/v1/devices/${id}`, schema: v.unknown() });
  return reply.outcome === "answered" ? { ok: true } : refused(reply);
}

/** Gives a device another name. Owners may. */
export async function renameDevice(
  device: Device,
  id: string,
  name: string,
): Promise<{ readonly ok: true } | Refused> {
  const reply = await callAs(device, {
    method: "PATCH",
    path: `/v1/devices/${id}`,
    body: { name },
    schema: v.unknown(),
  });
  return reply.outcome === "answered" ? { ok: true } : refused(reply);
}
