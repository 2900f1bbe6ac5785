import type { KnownCommand, KnownRejection } from "../../domain/kinds.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import { newId } from "../../protocol/ids.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Device } from "../storage/device.ts";
import { randomTraceparent } from "../storage/random.ts";
import type { Counters, OutboxRow, PendingRow, StreamRow } from "../storage/rows.ts";
import { mustStorageFault } from "../storage/storage-fault.ts";
import { emptyStream, pendingTime } from "../streams/fold.ts";
import { planCommand } from "../streams/plan-command.ts";
import type { StreamChange } from "../streams/project.ts";
import { hold } from "../streams/stand.ts";
import { changeOutbox, commandsPerChange, type OutboxChange } from "./change-outbox.ts";

/**
 * What somebody wants. `id` is drawn when the form opens: the same id twice is one command, so a double tap is too.
 * A command that begins an order is made from the number that its transaction takes.
 */
export interface CommandInput {
  readonly id?: string;
  readonly stream: StreamKey;
  readonly command: KnownCommand | ((draw: { readonly orderNumber: string }) => KnownCommand);
}

/** Its outcome. Only `saved` is saved: after `complete` of a strict transaction (L1). */
export type Handled =
  | {
      readonly outcome: "saved";
      readonly commandId: string;
      readonly seq: number;
      readonly orderNumber?: string;
    }
  | { readonly outcome: "already" }
  /** The waiting command that it was about is sent or decided already: sync, or another tab, was faster. */
  | { readonly outcome: "gone" }
  | { readonly outcome: "rejected"; readonly rejection: KnownRejection }
  | { readonly outcome: "invalid"; readonly path: string; readonly message: string }
  | { readonly outcome: "too-large"; readonly bytes: number; readonly max: number }
  | {
      readonly outcome: "not-saved";
      readonly why: "quota" | "storage" | "read-only" | "moved";
      readonly message: string;
    };

/** Decides and saves one command, with its events and projections, in one strict transaction: all of it or nothing. */
export async function handleCommand(device: Device, input: CommandInput): Promise<Handled> {
  const [handled] = await handleCommands(device, [input]);
  if (handled === undefined) throw new Error("expected one outcome for one command, found none");
  return handled;
}

/**
 * Decides and saves up to 100 commands in one strict transaction. Each has its own outcome: one that is rejected
 * stops no other. A storage failure saves none of them, and says so for each.
 */
export async function handleCommands(
  device: Device,
  inputs: readonly CommandInput[],
): Promise<readonly Handled[]> {
  if (inputs.length > commandsPerChange) {
    throw new Error(`expected at most ${commandsPerChange} commands at once, found ${inputs.length}`);
  }
  const { db } = device;
  const at = new Date(device.clockMs()).toISOString();
  const drawn = inputs.map(
    (input): DrawnInput => ({
      ...input,
      id: input.id ?? newId(),
      at,
      traceparent: randomTraceparent(),
    }),
  );
  try {
    return await changeOutbox(db, async (change) => saveAll(db, change, drawn, device.identity().deviceName));
  } catch (error) {
    const { why, message } = mustStorageFault(error);
    return inputs.map(() => ({ outcome: "not-saved", why, message }));
  }
}

type DrawnInput = CommandInput & { readonly id: string; readonly at: string; readonly traceparent: string };

async function saveAll(
  db: DeviceDatabase,
  change: OutboxChange,
  inputs: readonly DrawnInput[],
  actor: string,
): Promise<readonly Handled[]> {
  // Asked together, and written together below, so that the storage is waited for twice.
  const [books, streams, known] = await Promise.all([
    change.books(),
    change.streams(inputs.map(({ stream }) => stream)),
    // One request each: a range of several ids would be walked by a cursor.
    Promise.all(inputs.map(({ id }) => db.outbox.where("id").equals(id).first())),
  ]);
  const { movedTo, counters, place, identity } = books;
  if (movedTo !== undefined) {
    const message = `this work was moved to ${movedTo}`;
    return inputs.map(() => ({ outcome: "not-saved", why: "moved", message }));
  }
  const context = { clockOffsetMs: place.clockOffsetMs, actor, code: identity.code };
  const saving = inputs.reduce<Saving>((before, input) => saveOne(before, input, context), {
    counters,
    streams,
    before: streams,
    known: new Map(known.flatMap((row) => (row === undefined ? [] : [[row.id, row]]))),
    rows: [],
    handled: [],
  });
  const { rows } = saving;
  if (rows.length > 0)
    await change.save(books, { rows, counters: saving.counters, changes: changesOf(saving) });
  return saving.handled;
}

interface Saving {
  readonly counters: Counters;
  readonly streams: ReadonlyMap<string, StreamRow>;
  readonly before: ReadonlyMap<string, StreamRow>;
  readonly known: ReadonlyMap<string, OutboxRow>;
  readonly rows: readonly OutboxRow[];
  readonly handled: readonly Handled[];
}

interface SaveContext {
  readonly clockOffsetMs: number;
  readonly actor: string;
  readonly code: string;
}

function saveOne(saving: Saving, input: DrawnInput, context: SaveContext): Saving {
  const answered = (handled: Handled): Saving => ({ ...saving, handled: [...saving.handled, handled] });
  const twin = saving.known.get(input.id) ?? saving.rows.find(({ id }) => id === input.id);
  if (twin !== undefined) return answered({ outcome: "saved", commandId: twin.id, seq: twin.seq });
  const stream = saving.streams.get(input.stream) ?? emptyStream(input.stream);
  if (stream.unreadableFrom !== undefined) {
    return answered({
      outcome: "not-saved",
      why: "read-only",
      message: `update the app to change ${input.stream}`,
    });
  }
  const orderNumber = `${context.code}-${saving.counters.orderNumber + 1}`;
  const numbered = typeof input.command === "function";
  const command = typeof input.command === "function" ? input.command({ orderNumber }) : input.command;
  const top = stream.pending ?? stream.confirmed;
  const happenedAt = pendingTime(input.at, context.clockOffsetMs);
  const plan = planCommand({ id: input.id, stream: input.stream, command, happenedAt }, top);
  if (plan.outcome !== "events") return answered(plan);
  const blocked = stream.waiting !== undefined && stream.waiting.state !== "pending";
  const seq = saving.counters.seq + 1;
  const made: PendingRow = {
    seq,
    rank: seq,
    id: input.id,
    stream: input.stream,
    state: "pending",
    command,
    events: plan.events,
    expected: { version: top.version, event: top.last },
    at: input.at,
    actor: context.actor,
    traceparent: input.traceparent,
    sent: false,
    accepted: false,
    conflicts: 0,
  };
  const row = blocked ? hold(made, { why: "behind" }, input.at) : made;
  const waiting = {
    state: stream.waiting?.state ?? "pending",
    count: (stream.waiting?.count ?? 0) + 1,
  } as const;
  return {
    ...saving,
    counters: { seq, orderNumber: saving.counters.orderNumber + (numbered ? 1 : 0) },
    streams: new Map(saving.streams).set(input.stream, { ...stream, pending: plan.after, waiting }),
    rows: [...saving.rows, row],
    handled: [
      ...saving.handled,
      { outcome: "saved", commandId: input.id, seq, ...(numbered ? { orderNumber } : {}) },
    ],
  };
}

function changesOf(saving: Saving): readonly StreamChange[] {
  const touched = new Set(saving.rows.map(({ stream }) => stream));
  return [...saving.streams.values()]
    .filter(({ key }) => touched.has(key))
    .map((after) => ({ before: saving.before.get(after.key), after }));
}
