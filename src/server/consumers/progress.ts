import type { Consistency, Consumers, ResetAnswer, RetryAnswer } from "../../protocol/consumer-messages.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { Answer } from "../answer.ts";
import { asOwner } from "../joining/manage-devices.ts";
import type { Store, TokenOwner, WorkspaceTx } from "../store/store.ts";
import { accessOf } from "../sync/access.ts";
import { hashAt, historyChanged } from "../sync/history.ts";
import { resetConsumer, retrySetAside } from "./consume-page.ts";
import type { Consumer } from "./consumer.ts";

/** More than this of what one consumer has set aside is not listed at once. */
const asideListed = 1_000;

/**
 * How far each consumer has come, against a position of the log: "is my order through?". A position that is not of this
 * history is told as such: nobody will ever reach it.
 */
export function consistency(
  store: Store,
  caller: TokenOwner,
  names: readonly string[],
  at: Cursor | undefined,
): Promise<Answer<Consistency>> {
  return store.inWorkspace(caller.workspace, async (tx) => {
    const access = accessOf(await tx.findDevice(caller.device));
    if (access.outcome === "refused") return { problem: access.problem };
    const head = await tx.readHead();
    const asked = at ?? head;
    if ((await hashAt(tx, asked)) !== asked.hash) return { problem: historyChanged };
    const consumers = (await progressOf(tx, names)).map(({ name, position, setAside }) => ({
      name,
      position,
      reached: position >= asked.position,
      setAside: setAside.length,
    }));
    const reached = consumers.every((consumer) => consumer.reached);
    return { value: { at: asked.position, head: head.position, reached, consumers } };
  });
}

/** All consumers of a workspace, for its owner: how far behind, what is set aside and why. */
export function listConsumers(
  store: Store,
  caller: TokenOwner,
  names: readonly string[],
): Promise<Answer<Consumers>> {
  return asOwner(store, caller, async (tx) => {
    const head = await tx.readHead();
    const consumers = (await progressOf(tx, names)).map(({ name, position, movedAt, setAside }) => ({
      name,
      position,
      lag: Math.max(0, head.position - position),
      movedAt,
      setAside,
    }));
    return { value: { consumers } };
  });
}

/** Tries what is set aside of a stream again, for an owner: after an update that can read it. */
export async function retryConsumer(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
  clock: () => Date,
  stream: string,
): Promise<Answer<RetryAnswer>> {
  const answer = await retrySetAside(store, caller, consumer, clock, stream);
  if ("problem" in answer) return answer;
  const ended = answer.value;
  switch (ended.outcome) {
    case "consumed":
      return { value: { outcome: "retried", taken: ended.taken } };
    case "poisoned":
      return { value: { outcome: "poisoned", reason: ended.reason } };
    default:
      return { value: { outcome: ended.outcome } };
  }
}

/** Sets a consumer back to the start of the log, for an owner: it makes all of its work again, with the same ids. */
export async function resetForOwner(
  store: Store,
  caller: TokenOwner,
  consumer: Consumer,
): Promise<Answer<ResetAnswer>> {
  const done = await resetConsumer(store, caller, consumer);
  if ("problem" in done) return done;
  if (!done.value) return { value: { outcome: "busy" } };
  const head = await store.inWorkspace(caller.workspace, (tx) => tx.readHead());
  store.announce({ kind: "head", workspace: caller.workspace, head: head.position });
  return { value: { outcome: "reset" } };
}

/** The consumers that there should be, whether or not they have begun. */
async function progressOf(tx: WorkspaceTx, names: readonly string[]) {
  const [checkpoints, asides] = await Promise.all([
    tx.readConsumers(),
    Promise.all(names.map((name) => tx.findSetAside(name, asideListed))),
  ]);
  return names.map((name, index) => {
    const checkpoint = checkpoints.find(({ consumer }) => consumer === name);
    const setAside = (asides[index] ?? []).map(({ consumer: _consumer, ...row }) => row);
    return { name, position: checkpoint?.position ?? 0, movedAt: checkpoint?.movedAt ?? null, setAside };
  });
}
