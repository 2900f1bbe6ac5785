import * as v from "valibot";
import { roles } from "../domain/role.ts";
import { logEventSchema } from "./log-event.ts";
import * as p from "./parsers.ts";

/** 256 bits, base64url without padding: drawn and stored by the device before it asks. */
const tokenSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, "expected 256 bits in base64url"));

const newDevice = v.strictObject({ id: p.drawnUuid, name: p.filledText, token: tokenSchema });
const code = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

/** Starts a workspace; the asking device becomes its owner. */
export const startWorkspaceSchema = v.strictObject({
  setupCode: code,
  name: p.filledText,
  device: newDevice,
});

/** Asks (as an owner) for a code that lets one device join with this role. */
export const inviteRequestSchema = v.strictObject({ role: v.picklist(roles) });

/** Joins by an invite's code, or follows an own lost identity (then with the old token). */
export const joinRequestSchema = v.union([
  v.strictObject({ code, device: newDevice }),
  v.strictObject({ successorOf: p.uuid, device: newDevice }),
]);

/** The answer to joining. `code` is the device's short code for order numbers. */
export const joinedSchema = v.looseObject({
  workspace: v.looseObject({ id: p.uuid, name: p.shortText }),
  device: v.looseObject({
    id: p.uuid,
    code: v.pipe(v.string(), v.regex(/^[A-Z0-9]{2,8}$/)),
    name: p.shortText,
    role: v.picklist(roles),
  }),
});

/** The answer to an invite: `url` opens the app with the code in its fragment. */
export const inviteSchema = v.looseObject({ code: v.string(), expiresAt: p.instant, url: v.string() });

/**
 * One device of the workspace, as the owner sees it. Times are the server's. `root`: the first device of its lineage,
 * in which each followed the one before (`successorOf`); one role and one access are for all of it. `webhooks`: how
 * many its lineage made that are there still, told in the list alone. Older servers tell none of the three.
 */
export const deviceSchema = v.looseObject({
  id: p.uuid,
  code: v.string(),
  name: p.shortText,
  role: v.picklist(roles),
  root: v.exactOptional(p.uuid),
  successorOf: v.exactOptional(v.nullable(p.uuid)),
  joinedAt: p.instant,
  lastSeenAt: v.nullable(p.instant),
  revokedAt: v.nullable(p.instant),
  webhooks: v.exactOptional(p.count),
});

export const devicesSchema = v.looseObject({ devices: v.array(deviceSchema) });

/** Renames a device or gives it another role (as an owner). */
export const deviceChangeSchema = v.strictObject({
  name: v.exactOptional(p.filledText),
  role: v.exactOptional(v.picklist(roles)),
});

/** What the server says about itself to anyone: what it speaks, and where phones reach it. */
export const metaSchema = v.looseObject({
  product: v.literal("docket"),
  version: v.string(),
  protocol: v.string(),
  serverTime: p.instant,
  publicUrl: v.nullable(v.string()),
  /** Whether somebody may start a workspace here with a setup code. */
  setup: v.boolean(),
});

/** The history of one stream; `state` is not told, it is folded by who asks. */
export const streamHistorySchema = v.looseObject({
  stream: p.streamKey,
  version: p.count,
  events: v.array(logEventSchema),
});

export type StartWorkspace = Readonly<v.InferOutput<typeof startWorkspaceSchema>>;
export type InviteRequest = Readonly<v.InferOutput<typeof inviteRequestSchema>>;
export type JoinRequest = Readonly<v.InferOutput<typeof joinRequestSchema>>;
export type Joined = Readonly<v.InferOutput<typeof joinedSchema>>;
export type Invite = Readonly<v.InferOutput<typeof inviteSchema>>;
export type DeviceChange = Readonly<v.InferOutput<typeof deviceChangeSchema>>;
export type WorkspaceDevice = Readonly<v.InferOutput<typeof deviceSchema>>;
export type Meta = Readonly<v.InferOutput<typeof metaSchema>>;
