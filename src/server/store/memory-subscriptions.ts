import type {
  ClaimedDelivery,
  DeliveryRow,
  NewDelivery,
  SubscriptionRow,
  SubscriptionsTx,
} from "./subscriptions.ts";

/** A delivery in memory: with its lease, and when it was delivered or passed over. */
interface Kept extends DeliveryRow {
  readonly lease: string | null;
  readonly settledAt: string | null;
}

/** Subscriptions of one workspace and what is on its way to them, in memory. */
export interface MemorySubscriptions {
  readonly rows: Map<string, SubscriptionRow>;
  readonly deleted: Set<string>;
  /** By `<subscription>/<position>`. */
  readonly deliveries: Map<string, Kept>;
}

export function emptySubscriptions(): MemorySubscriptions {
  return { rows: new Map(), deleted: new Set(), deliveries: new Map() };
}

/** A copy that a transaction may change. */
export function copySubscriptions({ rows, deleted, deliveries }: MemorySubscriptions): MemorySubscriptions {
  return { rows: new Map(rows), deleted: new Set(deleted), deliveries: new Map(deliveries) };
}

/** When something is due next. */
export function dueAtOf({ rows, deliveries }: MemorySubscriptions): string | null {
  return [...deliveries.values()].reduce<string | null>((min, { subscription, dueAt }) => {
    const isActive = rows.get(subscription)?.state === "active";
    return isActive && dueAt !== null && (min === null || dueAt < min) ? dueAt : min;
  }, null);
}

const keyOf = ({ subscription, position }: Pick<NewDelivery, "subscription" | "position">) =>
  `${subscription}/${position}`;
const byPosition = (one: NewDelivery, other: NewDelivery) => one.position - other.position;
const isOpen = ({ state }: Kept) => state === "pending" || state === "dead";

/** Reads and changes a transaction's own copy. */
export function makeMemorySubscriptionsTx(
  memory: () => MemorySubscriptions,
  change: (write: () => void) => Promise<void>,
): SubscriptionsTx {
  const kept = () => [...memory().deliveries.values()].sort(byPosition);
  const of = (subscription: string) => kept().filter((row) => row.subscription === subscription);
  const put = (row: Kept) => memory().deliveries.set(keyOf(row), row);
  const laneOf = ({ subscription, stream }: Pick<NewDelivery, "subscription" | "stream">) =>
    of(subscription).filter((row) => row.stream === stream && isOpen(row));
  /** Ends a delivery's wait, and lets its lane go on. */
  const settle = (row: Kept, state: "delivered" | "skipped", now: string) => {
    put({ ...row, state, dueAt: null, lease: null, fault: null, settledAt: now });
    const [next] = laneOf(row);
    if (next?.state === "pending") put({ ...next, dueAt: now });
  };
  const replay = (row: Kept, now: string) => put({ ...row, state: "pending", attempts: 0, dueAt: now });
  return {
    listSubscriptions: async () => [...memory().rows.values()],
    findSubscription: async (id) => memory().rows.get(id),
    lockSubscription: async (id) => memory().rows.get(id),
    insertSubscription: (row) => change(() => void memory().rows.set(row.id, row)),
    updateSubscription: (id, wanted) =>
      change(() => {
        const row = memory().rows.get(id);
        if (row !== undefined) memory().rows.set(id, { ...row, ...wanted });
      }),
    deleteSubscription: async (id, max) => {
      const rows = of(id);
      const isMore = rows.length >= max;
      await change(() => {
        memory().rows.delete(id);
        for (const row of rows.slice(0, max)) memory().deliveries.delete(keyOf(row));
        if (isMore) memory().deleted.add(id);
        else memory().deleted.delete(id);
      });
      return isMore;
    },
    listDeletedSubscriptions: async () => [...memory().deleted],
    countDeliveries: async () =>
      [...memory().rows.keys()].flatMap((subscription) => {
        const open = of(subscription).filter((row) => isOpen(row));
        const dead = open.filter(({ state }) => state === "dead").length;
        return open.length === 0 ? [] : [{ subscription, waiting: open.length, dead }];
      }),
    putDeliveries: (rows, now) =>
      change(() => {
        for (const row of rows.toSorted(byPosition)) {
          if (memory().deliveries.has(keyOf(row))) continue;
          const dueAt = laneOf(row).length === 0 ? now : null;
          const fresh = { state: "pending", attempts: 0, triedAt: null, fault: null } as const;
          put({ ...row, ...fresh, dueAt, lease: null, settledAt: null });
        }
      }),
    claimDeliveries: async ({ now, until, lease, max, perSubscription }) => {
      const claimed = [...memory().rows.values()]
        .filter(({ state }) => state === "active")
        .flatMap((to) => {
          const rows = of(to.id);
          const underWay = rows.filter(
            (row) => row.lease !== null && row.dueAt !== null && row.dueAt > now,
          ).length;
          return rows
            .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
            .sort(longestDueFirst)
            .slice(0, Math.max(0, perSubscription - underWay))
            .map((row) => ({ row, to }));
        })
        .sort((one, other) => longestDueFirst(one.row, other.row))
        .slice(0, max);
      await change(() => {
        for (const { row } of claimed) put({ ...row, attempts: row.attempts + 1, lease, dueAt: until });
      });
      return claimed.map(({ row, to }): ClaimedDelivery => {
        const { id, subscription, position, stream, event, type, attempts } = row;
        return { id, subscription, position, stream, event, type, attempts: attempts + 1, lease, to };
      });
    },
    settleDelivery: async (claimed, settled, now) => {
      const row = memory().deliveries.get(keyOf(claimed));
      if (row === undefined || row.lease !== claimed.lease) return false;
      await change(() => {
        const to = memory().rows.get(row.subscription);
        if (settled.outcome === "delivered") {
          settle(row, "delivered", now);
          if (to !== undefined) memory().rows.set(to.id, { ...to, lastDeliveredAt: now });
          return;
        }
        const tried = { ...row, triedAt: now, fault: settled.fault, lease: null };
        if (settled.outcome === "dead") put({ ...tried, state: "dead", dueAt: null });
        else put({ ...tried, dueAt: settled.outcome === "retry" ? settled.dueAt : now });
        if (settled.outcome === "gone" && to?.state === "active")
          memory().rows.set(to.id, { ...to, state: "gone" });
      });
      return true;
    },
    listDeliveries: async (subscription, state, after, max) =>
      of(subscription)
        .filter((row) => row.state === state && row.position > after)
        .slice(0, max)
        .map(({ lease: _, settledAt: __, ...row }) => row),
    reviveDelivery: async (subscription, id, how, now) => {
      const row = of(subscription).find((one) => one.id === id && one.state === "dead");
      if (row === undefined) return false;
      await change(() => void (how === "replay" ? replay(row, now) : settle(row, "skipped", now)));
      return true;
    },
    replayDeliveries: async (subscription, max, now) => {
      const dead = of(subscription)
        .filter(({ state }) => state === "dead")
        .slice(0, max);
      await change(() => {
        for (const row of dead) replay(row, now);
      });
      return dead.length;
    },
    forgetSettled: async (before, max) => {
      const old = kept()
        .filter(({ settledAt }) => settledAt !== null && settledAt < before)
        .slice(0, max);
      await change(() => {
        for (const row of old) memory().deliveries.delete(keyOf(row));
      });
      return old.length;
    },
    forgetDeliveries: () => change(() => memory().deliveries.clear()),
  };
}

function longestDueFirst(one: Kept, other: Kept): number {
  return (one.dueAt ?? "") < (other.dueAt ?? "") ? -1 : 1;
}
