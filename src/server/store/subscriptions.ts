import type {
  DeliveryFault,
  SubscriptionMode,
  SubscriptionState,
} from "../../protocol/subscription-messages.ts";

/** A subscription as it is stored. Times are the server's, ISO 8601 UTC. */
export interface SubscriptionRow {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly mode: SubscriptionMode;
  /** Empty: all. */
  readonly types: readonly string[];
  /** `whsec_` and 256 bits in base64. The server needs it whole, to sign. */
  readonly secret: string;
  /** The one before, which signs too until a time. */
  readonly former: { readonly secret: string; readonly until: string } | null;
  readonly state: SubscriptionState;
  /** Events after this position are for it. */
  readonly fromPosition: number;
  readonly createdAt: string;
  /** The lineage of the owner who made it; null where an older build did. */
  readonly madeBy: string | null;
  readonly lastDeliveredAt: string | null;
}

/** An event that is to be sent to a subscription. `id` derives from both, so writing it again changes nothing. */
export interface NewDelivery {
  readonly id: string;
  readonly subscription: string;
  readonly position: number;
  readonly stream: string;
  readonly event: string;
  readonly type: string;
}

/**
 * A delivery as it is stored. Of one subscription and stream, only the oldest that is `pending` or `dead` may be tried:
 * `dueAt` is when, null where it is not the oldest or is dead.
 */
export interface DeliveryRow extends NewDelivery {
  readonly state: "pending" | "dead" | "delivered" | "skipped";
  /** Attempts begun since it was written or replayed. */
  readonly attempts: number;
  readonly triedAt: string | null;
  readonly fault: DeliveryFault | null;
  readonly dueAt: string | null;
}

/** A delivery that this process may try until its lease runs out. */
export interface ClaimedDelivery extends NewDelivery {
  readonly lease: string;
  readonly attempts: number;
  readonly to: SubscriptionRow;
}

/** How many may be claimed: in all, and of one subscription by all processes together. */
export interface ClaimWish {
  readonly now: string;
  /** When the lease runs out, and another process may take over. */
  readonly until: string;
  readonly lease: string;
  readonly max: number;
  readonly perSubscription: number;
}

/** The result of an attempt. `retry` at `dueAt`; `gone` ends the subscription until an owner makes it active again. */
export type Settlement =
  | { readonly outcome: "delivered" }
  | { readonly outcome: "retry"; readonly dueAt: string; readonly fault: DeliveryFault }
  | { readonly outcome: "dead" | "gone"; readonly fault: DeliveryFault };

/** How much is not delivered yet, of one subscription. */
export interface DeliveryCounts {
  readonly subscription: string;
  readonly waiting: number;
  readonly dead: number;
}

/** The part of a transaction that knows subscriptions and what is on its way to them. */
export interface SubscriptionsTx {
  /** The oldest first. */
  readonly listSubscriptions: () => Promise<readonly SubscriptionRow[]>;
  readonly findSubscription: (id: string) => Promise<SubscriptionRow | undefined>;
  /** Finds it and keeps others from changing it until the end: a change may rely on what it is. */
  readonly lockSubscription: (id: string) => Promise<SubscriptionRow | undefined>;
  readonly insertSubscription: (row: SubscriptionRow) => Promise<void>;
  /** Writes what the change names, and nothing else; what is deleted stays so. */
  readonly updateSubscription: (id: string, change: Partial<Omit<SubscriptionRow, "id">>) => Promise<void>;
  /**
   * Deletes a subscription: at once it is found no more, and nothing is sent to it; what was on its way is deleted in
   * steps of at most `max`. Answers whether something is left to delete.
   */
  readonly deleteSubscription: (id: string, max: number) => Promise<boolean>;
  /** Subscriptions that are deleted, and of which something is left. */
  readonly listDeletedSubscriptions: () => Promise<readonly string[]>;

  readonly countDeliveries: () => Promise<readonly DeliveryCounts[]>;
  /** Writes deliveries, in the order of their positions; those that are there already stay as they are. */
  readonly putDeliveries: (rows: readonly NewDelivery[], now: string) => Promise<void>;
  /**
   * Takes what is due to active subscriptions, the longest due first, then the oldest. It counts as an attempt from now
   * on.
   */
  readonly claimDeliveries: (wish: ClaimWish) => Promise<readonly ClaimedDelivery[]>;
  /** Tells the result of an attempt; false where its lease ran out and another process has it. */
  readonly settleDelivery: (claimed: ClaimedDelivery, settled: Settlement, now: string) => Promise<boolean>;
  readonly listDeliveries: (
    subscription: string,
    state: "pending" | "dead",
    after: number,
    max: number,
  ) => Promise<readonly DeliveryRow[]>;
  /** Ends a dead delivery's wait: tries it again from the first attempt, or passes it over. False: no such dead one. */
  readonly reviveDelivery: (
    subscription: string,
    id: string,
    how: "replay" | "skip",
    now: string,
  ) => Promise<boolean>;
  /** Tries dead deliveries again, at most `max`, and answers how many. */
  readonly replayDeliveries: (subscription: string, max: number, now: string) => Promise<number>;
  /** Deletes what was delivered or passed over before a time, at most `max`, and answers how many. */
  readonly forgetSettled: (before: string, max: number) => Promise<number>;
  /** Deletes all deliveries: the consumer makes them again from the log. */
  readonly forgetDeliveries: () => Promise<void>;
}

/** Where something is due: workspaces, the longest due first, and when the next is due beyond these. */
export interface DueWorkspaces {
  readonly due: readonly string[];
  readonly nextAt: string | null;
}
