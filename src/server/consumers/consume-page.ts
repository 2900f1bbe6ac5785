import { limits } from "../../protocol/limits.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { Answer } from "../answer.ts";
import { changeAsOwner } from "../joining/manage-devices.ts";
import type { Checkpoint, SetAsideRow, Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import type { Consumer } from "./consumer.ts";
import type { WrittenEvent } from "./react.ts";
import { fewerThan, type Poisoned, startTaking, takeAll } from "./take-events.ts";

/**
 * The outcome of one page. `busy`: another process has this workspace. `aside` are the events that could not be taken
 * now or that are behind such; `wrote` what it has written into the log; `head` is where the log ends now, if the
 * consumer has written into it.
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
 * cannot take ends the transaction: what is before it is taken without it, then it is set aside, and the later ones of
 * its stream with it. Where the page as a whole fails, fewer are taken, down to one, which is set aside then. Nothing
 * is passed over silently, and other streams go on.
 */
export async function consumePage(
  store: Store,
  consumer: Consumer,
  workspace: string,
  clock: () => Date,
): Promise<Consumed> {
  for (let max = consumer.pageEvents; ; ) {
    const ended = await consumeAtMost(store, consumer, workspace, clock, max);
    if (ended.outcome !== "poisoned") return announced(store, workspace, ended);
    const fewer = fewerThan(ended);
    if (fewer === 0) return setAside(store, consumer, workspace, clock, ended);
    max = fewer;
  }
}

async function consumeAtMost(
  store: Store,
  consumer: Consumer,
  workspace: string,
  clock: () => Date,
  max: number,
): Promise<Consumed | Poisoned> {
  const taking = startTaking();
  try {
    return await store.inWorkspace(workspace, async (tx) => {
      const checkpoint = await tx.claimConsumer(consumer.name);
      if (checkpoint === undefined) return { outcome: "busy" };
      const events = await readNext(tx, checkpoint, max);
      if (events.length === 0) return nothing;
      const now = clock().toISOString();
      const aside = await behind(tx, consumer, events, now);
      const isAside = new Set(aside.map(({ position }) => position));
      const position = events.at(-1)?.position ?? checkpoint.position;
      const done = await takeAll(consumer, { tx, workspace, now, position }, events, isAside, taking);
      if (aside.length > 0) await tx.putSetAside(aside);
      await tx.moveConsumer({ consumer: consumer.name, position, movedAt: now });
      return { outcome: "consumed", aside, ...done };
    });
  } catch (error) {
    return taking.poisoned(error);
  }
}

const nothing: Consumed = { outcome: "consumed", isEnd: true, taken: 0, aside: [], wrote: [] };

/** The next events after a checkpoint, at most `max`: commands may be split, since effects are per event. */
async function readNext(tx: WorkspaceTx, checkpoint: Checkpoint, max: number): Promise<readonly EventRow[]> {
  const page = await tx.readPage(checkpoint.position, { events: max, bytes: limits.pageBytes });
  return page.slice(0, max);
}

/** What is on a stream that has something set aside already waits behind it: the order of a stream is kept. */
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
    const checkpoint = await tx.claimConsumer(consumer.name);
    if (checkpoint === undefined) return { outcome: "busy" };
    const [event] = await readNext(tx, checkpoint, 1);
    if (event?.id !== poisoned.first) return { outcome: "busy" };
    const now = clock().toISOString();
    const aside = [asideRow(consumer, event, poisoned.reason, now)];
    await tx.putSetAside(aside);
    await tx.moveConsumer({ consumer: consumer.name, position: event.position, movedAt: now });
    return { outcome: "consumed", isEnd: false, taken: 0, aside, wrote: [] };
  });
}

/** The outcome of trying again: as with a page, or nothing was set aside there, or an event still cannot be taken. */
export type Retried =
  | Consumed
  | { readonly outcome: "nothing" }
  | { readonly outcome: "poisoned"; readonly reason: string };

/**
 * Tries again what is set aside of a stream, in order, for an owner, after an update: page by page, each all or
 * nothing. What was taken is forgotten, and what comes after it waits until it was taken too.
 */
export async function retrySetAside(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
  clock: () => Date,
  stream: string,
): Promise<Answer<Retried>> {
  let before: Extract<Consumed, { outcome: "consumed" }> | undefined;
  for (let max = consumer.pageEvents; ; ) {
    const answer = await retryAtMost(store, caller, consumer, clock, stream, max);
    if ("problem" in answer) return answer;
    const ended = answer.value;
    if (ended.outcome === "nothing") return { value: before ?? ended };
    if (ended.outcome === "poisoned") {
      const fewer = fewerThan(ended);
      if (fewer === 0) return { value: { outcome: "poisoned", reason: ended.reason } };
      max = fewer;
      continue;
    }
    if (ended.outcome !== "consumed") return { value: ended };
    announced(store, caller.workspace, ended);
    const taken = (before?.taken ?? 0) + ended.taken;
    before = { ...ended, taken, wrote: [...(before?.wrote ?? []), ...ended.wrote] };
  }
}

async function retryAtMost(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
  clock: () => Date,
  stream: string,
  max: number,
): Promise<Answer<Consumed | Poisoned | { readonly outcome: "nothing" }>> {
  const { workspace } = caller;
  const taking = startTaking();
  try {
    return await changeAsOwner(
      store,
      caller,
      async (tx): Promise<Answer<Consumed | { readonly outcome: "nothing" }>> => {
        const checkpoint = await tx.claimConsumer(consumer.name);
        if (checkpoint === undefined) return { value: { outcome: "busy" } };
        const rows = await tx.findSetAside(consumer.name, max, stream);
        const upTo = rows.at(-1)?.position;
        if (upTo === undefined) return { value: { outcome: "nothing" } };
        const events = await tx.readEventsAt(rows.map(({ position }) => position));
        const now = clock().toISOString();
        const page = { tx, workspace, now, position: checkpoint.position };
        const done = await takeAll(consumer, page, events, new Set(), taking);
        await tx.forgetSetAside(consumer.name, { stream, upTo });
        return { value: { outcome: "consumed", aside: [], ...done } };
      },
    );
  } catch (error) {
    return { value: taking.poisoned(error) };
  }
}

/**
 * Sets a consumer back to the start of a workspace's log, for an owner: it forgets what it has made of it, and makes it
 * again. The ids of the events that it has written are derived from their sources, so none is written twice. Answers
 * false while another process has the workspace.
 */
export function resetConsumer(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
): Promise<Answer<boolean>> {
  return changeAsOwner(store, caller, async (tx) => {
    const checkpoint = await tx.claimConsumer(consumer.name);
    if (checkpoint === undefined) return { value: false };
    await consumer.forget(tx);
    await tx.forgetSetAside(consumer.name, null);
    await tx.moveConsumer({ consumer: consumer.name, position: 0, movedAt: null });
    return { value: true };
  });
}

function asideRow(consumer: Consumer, event: EventRow, reason: string, at: string): SetAsideRow {
  const { position, stream, id } = event;
  return { consumer: consumer.name, position, stream, event: id, reason, at };
}

function announced(store: Store, workspace: string, ended: Consumed): Consumed {
  if (ended.outcome === "consumed" && ended.head !== undefined) {
    const rows = ended.wrote.map(({ event }) => event);
    store.announce({ kind: "head", workspace, head: ended.head, rows });
  }
  return ended;
}
