import type { Problem } from "../../../protocol/problem.ts";
import type { TestResult } from "../../../protocol/subscription-messages.ts";
import type { Store } from "../../store/store.ts";
import type { SubscriptionRow } from "../../store/subscriptions.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { makePost } from "./post.ts";
import { resolveHost } from "./public-address.ts";
import type { SenderLimits } from "./sender.ts";
import { startSender } from "./start-sender.ts";
import { ping, refuseAddress } from "./try-address.ts";

/** What the rest of the server asks of webhooks. */
export interface WebhookCalls {
  /** Why nothing may be sent to an address; undefined where it may. */
  readonly refuseAddress: (url: string) => Promise<Problem | undefined>;
  /** Sends a test event at once. */
  readonly ping: (workspace: string, to: SubscriptionRow) => Promise<TestResult>;
  /** Something may be due now. */
  readonly wakeUp: () => void;
}

export interface WebhookOptions {
  readonly clock: () => Date;
  readonly allowPrivate: boolean;
  readonly publicUrl: string | null;
  /** Whether this process sends; others may, on the same database. */
  readonly isSender: boolean;
  readonly report: (error: unknown) => void;
  readonly telemetry: Telemetry;
  readonly timeoutMs?: number | undefined;
  readonly limits?: Partial<SenderLimits> | undefined;
}

/** For one attempt, the receiver's answer to its end included. */
const attemptMsMax = 15_000;

/** Sends what is due, where this process is to; and lends the means of it to the routes of owners, in any case. */
export function startWebhooks(
  store: Store,
  {
    clock,
    allowPrivate,
    publicUrl,
    isSender,
    report,
    telemetry,
    timeoutMs = attemptMsMax,
    limits,
  }: WebhookOptions,
): { readonly calls: WebhookCalls; readonly stop: () => Promise<void> } {
  const post = makePost({
    allowPrivate,
    resolve: resolveHost,
    deadline: () => AbortSignal.timeout(timeoutMs),
  });
  const limited = limits === undefined ? {} : { limits };
  const ports = { clock, post, publicUrl, luck: Math.random, report, telemetry, ...limited };
  const sender = isSender ? startSender(store, ports) : undefined;
  return {
    calls: {
      refuseAddress: (url) => refuseAddress(url, allowPrivate, resolveHost),
      ping: (workspace, to) => ping(post, workspace, to, clock),
      wakeUp: () => sender?.wakeUp(),
    },
    stop: async () => sender?.stop(),
  };
}
