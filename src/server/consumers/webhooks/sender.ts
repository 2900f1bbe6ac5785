import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import { cloudEventType } from "../../../protocol/cloud-events.ts";
import type { EventRow } from "../../accept/event-row.ts";
import type { Store } from "../../store/store.ts";
import { isStoreUnavailable } from "../../store/store-unavailable.ts";
import type { ClaimedDelivery, Settlement } from "../../store/subscriptions.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { deliveryTraceparent, traceDelivery } from "../../telemetry/trace-reaction.ts";
import { messageOf } from "./message.ts";
import type { Post } from "./post.ts";
import { type Answer, settlementOf } from "./retry-plan.ts";
import { signedHeaders } from "./sign.ts";

/** What sends deliveries in this process, beside any number of others. */
export interface Sender {
  /** Claims what is due as far as there is room, and begins to send it. Answers how many began. */
  readonly look: () => Promise<number>;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
  /** Cancels what is under way: another process, or this one later, tries it again at once. */
  readonly stop: () => Promise<void>;
}

export interface SenderPorts {
  readonly clock: () => Date;
  /** 0 up to 1. */
  readonly luck: () => number;
  readonly post: Post;
  /** Where the server is reached, for references in what is sent; null: not configured. */
  readonly publicUrl: string | null;
  /** Is called when an attempt has ended: there is room, and its stream may continue. */
  readonly onSettled?: () => void;
  /** Is called with errors of the database; it is tried again automatically. */
  readonly report: (error: unknown) => void;
  /** Is called after every attempt. */
  readonly telemetry: Pick<Telemetry, "tracing" | "metrics">;
  readonly limits?: Partial<SenderLimits>;
}

/** What bounds the work of one process, and how long things are kept. */
export type SenderLimits = Readonly<Record<keyof typeof senderLimits, number>>;

const senderLimits = {
  /** Requests under way in this process. */
  inFlight: 32,
  /** Requests under way of one workspace in this process: slow receivers of one shop hold up no other's. */
  perWorkspace: 12,
  /** Requests under way to one subscription, from all processes. */
  perSubscription: 4,
  /** Workspaces looked at in one go: many, since one whose receivers are slow stays due, and is before others. */
  workspaces: 500,
  /** Longer than an attempt can take: after it another process takes over. */
  leaseMs: 25_000,
  /** An attempt begins within this time of its claim, or not at all: else its lease may end before it does. */
  beginMsMax: 8_000,
  /** How long what was delivered is kept, and how much of it is deleted at once. */
  keptMs: 7 * 24 * 60 * 60_000,
  tidyEveryMs: 60 * 60_000,
  tidyMax: 500,
} as const;

/**
 * Sends what is due, over all workspaces. What was claimed is sent outside of any transaction, so an answer that is
 * lost after the receiver took the event leads to the same delivery again: at least once, under the same `webhook-id`.
 */
export function makeSender(store: Store, ports: SenderPorts): Sender {
  const limits = { ...senderLimits, ...ports.limits };
  const { clock, report } = ports;
  /** What is under way, with its workspace. */
  const underWay = new Map<Promise<void>, string>();
  const tidiedAt = new LRUCache<string, number>({ max: 10_000 });
  const stopping = new AbortController();

  const send = async (workspace: string, claimed: ClaimedDelivery, claimedAt: Date) => {
    try {
      const began = clock();
      const [event] = await store.inWorkspace(workspace, (tx) => tx.readEventsAt([claimed.position]));
      // The database is slow: whoever takes it when the lease has run out sends it, and nobody else.
      if (clock().getTime() - claimedAt.getTime() > limits.beginMsMax) return;
      const answer = await attempt(ports, workspace, claimed, event, stopping.signal);
      const now = clock();
      const settled = settlementOf(answer, claimed.attempts, ports.luck(), now);
      tell(ports.telemetry, claimed, event, answer, settled, began.getTime(), now.getTime());
      await store.inWorkspace(workspace, (tx) => tx.settleDelivery(claimed, settled, now.toISOString()));
    } catch (error) {
      // The result could not be written: the lease runs out, and it is sent again.
      report(error);
    }
  };
  const claim = (workspace: string, now: Date) => {
    const until = new Date(now.getTime() + limits.leaseMs).toISOString();
    const { perSubscription } = limits;
    const own = [...underWay.values()].filter((one) => one === workspace).length;
    const max = Math.min(limits.inFlight - underWay.size, limits.perWorkspace - own);
    if (max <= 0) return Promise.resolve([]);
    const wish = { now: now.toISOString(), until, lease: randomUUID(), max, perSubscription };
    return store.inWorkspace(workspace, (tx) => tx.claimDeliveries(wish));
  };
  const tidy = async (workspace: string) => {
    const now = clock().getTime();
    if (now - (tidiedAt.get(workspace) ?? 0) < limits.tidyEveryMs) return;
    const before = new Date(now - limits.keptMs).toISOString();
    const isMore = await store.inWorkspace(workspace, async (tx) => {
      const forgotten = await tx.forgetSettled(before, limits.tidyMax);
      const [deleted] = await tx.listDeletedSubscriptions();
      const isLeft = deleted !== undefined && (await tx.deleteSubscription(deleted, limits.tidyMax));
      return forgotten === limits.tidyMax || isLeft;
    });
    if (!isMore) tidiedAt.set(workspace, now);
  };
  const look = async () => {
    let began = 0;
    try {
      const { due } = await store.findDueWorkspaces(clock().toISOString(), limits.workspaces);
      for (const workspace of due) {
        if (stopping.signal.aborted || underWay.size >= limits.inFlight) break;
        const claimedAt = clock();
        for (const claimed of await claim(workspace, claimedAt)) {
          began += 1;
          const sending = send(workspace, claimed, claimedAt).finally(() => {
            underWay.delete(sending);
            ports.onSettled?.();
          });
          underWay.set(sending, workspace);
        }
        await tidy(workspace);
      }
    } catch (error) {
      if (!isStoreUnavailable(error)) report(error);
    }
    return began;
  };
  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay.keys());
  };
  return {
    look,
    idle,
    stop: async () => {
      stopping.abort();
      await idle();
    },
  };
}

/** Makes one request. */
async function attempt(
  { clock, post, publicUrl }: SenderPorts,
  workspace: string,
  { id, attempts, to }: ClaimedDelivery,
  event: EventRow | undefined,
  stop: AbortSignal,
): Promise<Answer> {
  if (event === undefined) return { outcome: "failed", reason: "unreadable" };
  const body = messageOf(event, to.mode, { workspace, publicUrl });
  const headers = {
    ...signedHeaders(to, id, clock(), body),
    "content-type": cloudEventType,
    "user-agent": "Docket-Webhooks/1",
    traceparent: deliveryTraceparent(event, id, attempts),
  };
  return post({ url: to.url, headers, body, stop });
}

/** Records an attempt as a span of the event's trace, and counts it. */
function tell(
  { tracing, metrics }: SenderPorts["telemetry"],
  { id: delivery, attempts }: ClaimedDelivery,
  source: EventRow | undefined,
  answer: Answer,
  settled: Settlement,
  startMs: number,
  endMs: number,
): void {
  metrics.count("docket.webhook.deliveries", 1, { outcome: settled.outcome });
  if (source === undefined) return;
  traceDelivery(tracing, {
    delivery,
    attempt: attempts,
    source,
    startMs,
    endMs,
    ...(answer.outcome === "answered" ? { status: answer.status } : {}),
    ...(settled.outcome === "delivered" ? {} : { failed: settled.fault.reason }),
  });
}
