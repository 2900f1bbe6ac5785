import type { Consumer } from "../consumers/consumer.ts";
import type { WebhookCalls } from "../consumers/webhooks/start-webhooks.ts";
import type { Meta } from "../contract/meta.ts";
import type { Store } from "../store/store.ts";
import type { KeptStates } from "../sync/keep-states.ts";
import type { LogTail } from "../sync/log-tail.ts";
import type { StateCache } from "../sync/state-cache.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Tokens } from "./authenticate.ts";
import type { KeptFor } from "./kept-for.ts";
import type { LiveStreams } from "./live-streams.ts";
import type { StrangersDoor } from "./strangers-door.ts";
import type { WriteQuota } from "./write-quota.ts";

/** What the routes need. */
export interface Parts {
  readonly store: Store;
  readonly cache: StateCache;
  readonly tail: LogTail;
  readonly states: KeptStates;
  readonly live: LiveStreams;
  /** All services that follow the log, run here or elsewhere. */
  readonly consumers: readonly Consumer[];
  readonly tokens: Tokens;
  /** Lets in the look-ups of strangers. */
  readonly door: StrangersDoor;
  /** How many workspaces there are, as it was a second ago. */
  readonly workspaceCount: KeptFor<number>;
  readonly clock: () => Date;
  /** The code that starts a workspace; a drawn one is good for the first only. */
  readonly setup: { readonly code: string; readonly firstOnly: boolean };
  readonly telemetry: Telemetry;
  readonly writes: WriteQuota;
  readonly meta: Meta;
  readonly webhooks: WebhookCalls;
}
