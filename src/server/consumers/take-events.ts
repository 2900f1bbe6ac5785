import type { EventRow } from "../accept/event-row.ts";
import type { WorkspaceTx } from "../store/store.ts";
import { whyPoisoned } from "./blames-event.ts";
import type { Consumer } from "./consumer.ts";
import type { WrittenEvent } from "./react.ts";

/**
 * A page could not be taken, and the transaction was rolled back. `first` is the id of its first event, `count` how
 * many it has; `at` which one could not be taken, absent where the page failed as a whole.
 */
export interface Poisoned {
  readonly outcome: "poisoned";
  readonly at?: number;
  readonly first: string;
  readonly count: number;
  readonly reason: string;
}

/** How many to take next: those before the event that cannot be taken, or half where nobody knows which it is. */
export function fewerThan({ at, count }: Poisoned): number {
  return at ?? Math.floor(count / 2);
}

/** What is done with events inside a transaction, and what is known of it once that has failed. */
interface Taking {
  readonly begins: (events: readonly EventRow[]) => void;
  readonly takes: (index: number | undefined) => void;
  /** What to say of an error; it is thrown again where it is the database's own, or nothing was begun. */
  readonly poisoned: (error: unknown) => Poisoned;
}

export function startTaking(): Taking {
  let page: readonly EventRow[] = [];
  let at: number | undefined;
  return {
    // The database may run the transaction several times.
    begins: (events) => {
      page = events;
      at = undefined;
    },
    takes: (index) => {
      at = index;
    },
    poisoned: (error) => {
      const reason = whyPoisoned(error);
      const [first] = page;
      if (reason === undefined || first === undefined) throw error;
      const base = { outcome: "poisoned", first: first.id, count: page.length, reason } as const;
      return at === undefined ? base : { ...base, at };
    },
  };
}

/** Lets a consumer take events, but for those at the positions of `isAside`; yields what it has written. */
export async function takeAll(
  consumer: Consumer,
  page: {
    readonly tx: WorkspaceTx;
    readonly workspace: string;
    readonly now: string;
    readonly position: number;
  },
  events: readonly EventRow[],
  isAside: ReadonlySet<number>,
  taking: Taking,
) {
  const { tx, workspace, now } = page;
  taking.begins(events);
  const head = await (consumer.appends ? tx.lockHead() : tx.readHead());
  const open = events.filter(({ position }) => !isAside.has(position));
  const written: WrittenEvent[] = [];
  const wrote = (some: readonly WrittenEvent[]) => void written.push(...some);
  const work = await consumer.begin({ tx, workspace, events: open, head, now, wrote });
  for (const [index, event] of events.entries()) {
    if (isAside.has(event.position)) continue;
    taking.takes(index);
    await work.take(event);
  }
  taking.takes(undefined);
  const isEnd = page.position >= head.position;
  const grown = await work.finish(isEnd);
  return {
    isEnd,
    taken: open.length,
    wrote: written,
    ...(grown === undefined ? {} : { head: grown.position }),
  };
}
