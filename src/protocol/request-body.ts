import type { HandOverRequest } from "./hand-over-messages.ts";
import type { ResupplyRequest } from "./healing-messages.ts";
import type { DeviceChange, InviteRequest, JoinRequest, StartWorkspace } from "./joining-messages.ts";
import type { NewSubscription, SubscriptionChange } from "./subscription-messages.ts";
import type { SyncRequest } from "./sync-messages.ts";

/**
 * Every body that a device sends. They are made member by member, never by spreading what may hold more than its type
 * says: the server refuses a member that it does not know.
 */
export type RequestBody =
  | SyncRequest
  | HandOverRequest
  | ResupplyRequest
  | JoinRequest
  | StartWorkspace
  | InviteRequest
  | DeviceChange
  | NewSubscription
  | SubscriptionChange
  /** Of a request that says all by its address. */
  | Readonly<Record<string, never>>;
