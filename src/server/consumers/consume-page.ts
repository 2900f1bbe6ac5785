import { limits } from "../../protocol/limits.ts";
import type { EventRow } from "../accept/event-row.ts";
import { type Answer, changeAsOwner } from "../joining/manage-devices.ts";
import { codeOf, isTransient } from "../store/retry.ts";
import type { ConsumerPlace, SetAsideRow, Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import { isStoreUnavailable } from "../store/store-unavailable.ts";
import type { Consumer, PageWork } from "./consumer.ts";
import type { WrittenEvent } from "./react.ts";

/**
 * What became of one page. `busy`: another process has this workspace. `aside` are the events that could not be taken
 * now or that stand behind such; `wrote` what it has written into the log; `head` is where the log ends now, if the consumer has written into it.
 */
export type Consumed =
  | { readonly outcome: "busy" }
  | {
      readonly outcome: "consumed";
      readonly isEnd: boolean;
      readonly taken: number;
      readonly aside: readonly SetAsideRow[];
      readonly wrote: readonly WrittenEvent[];
      readonly head?: number;
    };

/**
 * Lets a consumer take the next page of a workspace's log, in one transaction with its checkpoint. An event that it
 * cannot take ends the transaction: what stands before it is taken without it, then it is set aside, and the later ones
 * of its stream with it. Nothing is passed over silently, and other streams go on.
 */
export async function consumePage(
  store: Store,
  consumer: Consumer,
  workspace: string,
  clock: () => Date,
): Promise<Consumed> {
  const ended = await consumeAtMost(store, consumer, workspace, clock, consumer.pageEvents);
  if (!("poisonedAt" in ended)) return announced(store, workspace, ended);
  if (ended.poisonedAt === 0) return setAside(store, consumer, workspace, clock, ended);
  const before = await consumeAtMost(store, consumer, workspace, clock, ended.poisonedAt);
  // Another process may have come by meanwhile: then what is there now is looked at with the next page.
  return "poisonedAt" in before ? { outcome: "busy" } : announced(store, workspace, before);
}

/** The event at `poisonedAt` of the page cannot be taken; the transaction was rolled back. `event` is its id. */
interface Poisoned {
  readonly poisonedAt: number;
  readonly event: string;
  readonly reason: string;
}

/** Takes a page's events one by one, and knows which one could not be taken once the transaction has failed on it. */
function makeTaker() {
  let poisoned: Poisoned | undefined;
  return {
    take: async (work: PageWork, event: EventRow, index: number) => {
      poisoned = undefined;
      try {
        await work.take(event);
      } catch (error) {
        if (isPoison(error)) poisoned = { poisonedAt: index, event: event.id, reason: reasonOf(error) };
        throw error;
      }
    },
    poisoned: () => poisoned,
  };
}

async function consumeAtMost(
  store: Store,
  consumer: Consumer,
  workspace: string,
  clock: () => Date,
  max: number,
): Promise<Consumed | Poisoned> {
  const taker = makeTaker();
  try {
    return await store.inWorkspace(workspace, async (tx) => {
      const place = await tx.claimConsumer(consumer.name);
      if (place === undefined) return { outcome: "busy" };
      const events = await readNext(tx, place, max);
      if (events.length === 0) return nothing;
      const now = clock().toISOString();
      const aside = await behind(tx, consumer, events, now);
      const isAside = new Set(aside.map(({ position }) => position));
      const head = await (consumer.appends ? tx.lockHead() : tx.readHead());
      const open = events.filter(({ position }) => !isAside.has(position));
      const written: WrittenEvent[] = [];
      const wrote = (some: readonly WrittenEvent[]) => void written.push(...some);
      const work = await consumer.begin({ tx, workspace, events: open, head, now, wrote });
      for (const [index, event] of events.entries()) {
        if (!isAside.has(event.position)) await taker.take(work, event, index);
      }
      const last = events.at(-1)?.position ?? place.position;
      const isEnd = last >= head.position;
      const grown = await work.finish(isEnd);
      if (aside.length > 0) await tx.putSetAside(aside);
      await tx.moveConsumer({ consumer: consumer.name, position: last, movedAt: now });
      const ended = { outcome: "consumed", isEnd, taken: open.length, aside, wrote: written } as const;
      return grown === undefined ? ended : { ...ended, head: grown.position };
    });
  } catch (error) {
    const poisoned = taker.poisoned();
    if (poisoned !== undefined) return poisoned;
    throw error;
  }
}

const nothing: Consumed = { outcome: "consumed", isEnd: true, taken: 0, aside: [], wrote: [] };

/** The next events after a place, at most `max`: commands may be split, since effects are per event. */
async function readNext(tx: WorkspaceTx, place: ConsumerPlace, max: number): Promise<readonly EventRow[]> {
  const page = await tx.readPage(place.position, { events: max, bytes: limits.pageBytes });
  return page.slice(0, max);
}

/** What stands on a stream that has something set aside already waits behind it: the order of a stream is kept. */
async function behind(
  tx: WorkspaceTx,
  consumer: Consumer,
  events: readonly EventRow[],
  at: string,
): Promise<readonly SetAsideRow[]> {
  const streams = new Set(
    await tx.findStreamsAside(consumer.name, [...new Set(events.map(({ stream }) => stream))]),
  );
  return events
    .filter(({ stream }) => streams.has(stream))
    .map((event) => asideRow(consumer, event, "behind", at));
}

/**
 * Sets the first event of the page aside, alone: if it is still the one that could not be taken. Another process may
 * have come by since, or an owner may have set the consumer back.
 */
function setAside(
  store: Store,
  consumer: Consumer,
  workspace: string,
  clock: () => Date,
  poisoned: Poisoned,
): Promise<Consumed> {
  return store.inWorkspace(workspace, async (tx) => {
    const place = await tx.claimConsumer(consumer.name);
    if (place === undefined) return { outcome: "busy" };
    const [event] = await readNext(tx, place, 1);
    if (event?.id !== poisoned.event) return { outcome: "busy" };
    const now = clock().toISOString();
    const aside = [asideRow(consumer, event, poisoned.reason, now)];
    await tx.putSetAside(aside);
    await tx.moveConsumer({ consumer: consumer.name, position: event.position, movedAt: now });
    return { outcome: "consumed", isEnd: false, taken: 0, aside, wrote: [] };
  });
}

/** What came of trying again: as with a page, or nothing was set aside there, or an event still cannot be taken. */
export type Retried =
  | Consumed
  | { readonly outcome: "nothing" }
  | { readonly outcome: "poisoned"; readonly reason: string };

/**
 * Tries again what is set aside of a stream, in order, for an owner, after an update: page by page, each all or nothing.
 * What was taken is forgotten, and what comes after it waits until it was taken too.
 */
export async function retrySetAside(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
  clock: () => Date,
  stream: string,
): Promise<Answer<Retried>> {
  let before: Extract<Consumed, { outcome: "consumed" }> | undefined;
  for (;;) {
    const answer = await retryPage(store, caller, consumer, clock, stream);
    if ("problem" in answer) return answer;
    const ended = answer.value;
    if (ended.outcome === "nothing") return { value: before ?? ended };
    if (ended.outcome !== "consumed") return answer;
    announced(store, caller.workspace, ended);
    const taken = (before?.taken ?? 0) + ended.taken;
    before = { ...ended, taken, wrote: [...(before?.wrote ?? []), ...ended.wrote] };
  }
}

async function retryPage(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
  clock: () => Date,
  stream: string,
): Promise<Answer<Retried>> {
  const { workspace } = caller;
  const taker = makeTaker();
  try {
    return await changeAsOwner(store, caller, async (tx): Promise<Answer<Retried>> => {
      const place = await tx.claimConsumer(consumer.name);
      if (place === undefined) return { value: { outcome: "busy" } };
      const rows = await tx.findSetAside(consumer.name, consumer.pageEvents, stream);
      const upTo = rows.at(-1)?.position;
      if (upTo === undefined) return { value: { outcome: "nothing" } };
      const events = await tx.readEventsAt(rows.map(({ position }) => position));
      const head = await (consumer.appends ? tx.lockHead() : tx.readHead());
      const now = clock().toISOString();
      const written: WrittenEvent[] = [];
      const wrote = (some: readonly WrittenEvent[]) => void written.push(...some);
      const work = await consumer.begin({ tx, workspace, events, head, now, wrote });
      for (const [index, event] of events.entries()) await taker.take(work, event, index);
      const isEnd = place.position >= head.position;
      const grown = await work.finish(isEnd);
      await tx.forgetSetAside(consumer.name, { stream, upTo });
      const done = { outcome: "consumed", isEnd, taken: events.length, aside: [], wrote: written } as const;
      return { value: grown === undefined ? done : { ...done, head: grown.position } };
    });
  } catch (error) {
    const poisoned = taker.poisoned();
    if (poisoned !== undefined) return { value: { outcome: "poisoned", reason: poisoned.reason } };
    throw error;
  }
}

/**
 * Sets a consumer back to the start of a workspace's log, for an owner: it forgets what it has made of it, and makes it
 * again. What it has written into the log stands there under ids that derive from their sources, and is found again, not
 * written twice. Answers false while another process has the workspace.
 */
export function resetConsumer(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
): Promise<Answer<boolean>> {
  return changeAsOwner(store, caller, async (tx) => {
    const place = await tx.claimConsumer(consumer.name);
    if (place === undefined) return { value: false };
    await consumer.forget(tx);
    await tx.forgetSetAside(consumer.name, null);
    await tx.moveConsumer({ consumer: consumer.name, position: 0, movedAt: null });
    return { value: true };
  });
}

/** The database's own trouble is no fault of the event; but a value that it will never take is. */
function isPoison(error: unknown): boolean {
  if (isStoreUnavailable(error)) return false;
  const code = codeOf(error);
  return code === undefined || (/^2[23]/.test(code) && !isTransient(error));
}

/** What went wrong, in words of ours: the database's may hold what stands in the event. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined) return `the database refuses it (${code})`;
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : "something was thrown";
}

function asideRow(consumer: Consumer, event: EventRow, reason: string, at: string): SetAsideRow {
  const { position, stream, id } = event;
  return { consumer: consumer.name, position, stream, event: id, reason, at };
}

function announced(store: Store, workspace: string, ended: Consumed): Consumed {
  if (ended.outcome === "consumed" && ended.head !== undefined)
    store.announce({ kind: "head", workspace, head: ended.head });
  return ended;
}
