import type { KeyObject } from "node:crypto";
import { hash } from "node:crypto";
import type { KnownEvent } from "../../domain/kinds.ts";
import { canonicalJson } from "../../protocol/canonical-json.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import { consumerDeviceId, eventIdOf } from "../../protocol/ids.ts";
import { linkOfRows } from "../accept/chain-text.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { RememberedCommand } from "../accept/facts.ts";
import type { WorkspaceTx } from "../store/store.ts";

/** One event of a reaction, on whatever stream; `cause` is the event that it follows from. */
export interface ReactionEvent {
  readonly stream: string;
  readonly event: KnownEvent;
  readonly cause: EventRow;
}

/** An event as it was written, with the one that it follows from. */
export interface WrittenEvent {
  readonly event: EventRow;
  readonly cause: EventRow;
}

/** What a consumer writes into the log during one page, under the lock of the workspace's counter. */
export interface Reactions {
  /**
   * Writes one command. Its id derives from what it reacts to, so that a replay finds it; it needs no `expected`, since
   * nobody writes meanwhile.
   */
  readonly write: (id: string, events: readonly ReactionEvent[]) => Promise<void>;
  /**
   * Whether a command in the log has this id, accepted or refused. Devices choose their ids, and may know by what names
   * a consumer derives its own.
   */
  readonly isTaken: (id: string) => Promise<boolean>;
  /** Stores all of it; answers where the log ends then, undefined if nothing was written. */
  readonly store: () => Promise<Cursor | undefined>;
  /** Where the log ends, with what is written here. */
  readonly head: () => Cursor;
}

/** Collects what a consumer writes. Its events carry the time of the server, and the trace of what caused them. */
export function makeReactions(at: {
  readonly tx: WorkspaceTx;
  readonly workspace: string;
  readonly consumer: string;
  readonly actor: string;
  readonly head: Cursor;
  readonly now: string;
  readonly sealKey: KeyObject;
  /** Hears what is written; it counts once the page's transaction has committed. */
  readonly wrote: (events: readonly WrittenEvent[]) => void;
}): Reactions {
  const { tx, workspace, sealKey } = at;
  const device = consumerDeviceId(workspace, at.consumer);
  const versions = new Map<string, number>();
  const events: EventRow[] = [];
  const causes: EventRow[] = [];
  const commands: RememberedCommand[] = [];
  let head = at.head;
  let seq: number | undefined;

  const versionsOf = async (streams: readonly string[]) => {
    const unknown = [...new Set(streams)].filter((stream) => !versions.has(stream));
    for (const stream of unknown) versions.set(stream, 0);
    for (const { stream, version } of await tx.findStreamHeads(unknown)) versions.set(stream, version);
  };

  return {
    write: async (id, reaction) => {
      await versionsOf(reaction.map(({ stream }) => stream));
      seq = (seq ?? (await tx.readHighestSeq(device))) + 1;
      const rows: EventRow[] = [];
      for (const [index, { stream, event, cause }] of reaction.entries()) {
        const version = (versions.get(stream) ?? 0) + 1;
        versions.set(stream, version);
        const eventId = eventIdOf(id, index);
        rows.push({
          position: head.position + index + 1,
          id: eventId,
          stream,
          version,
          type: event.type,
          schemaVersion: event.schemaVersion,
          dataText: canonicalJson(event.data),
          at: at.now,
          recordedAt: at.now,
          clockOffsetMs: 0,
          device,
          seq,
          command: id,
          actor: at.actor,
          traceparent: followingTraceparent(cause.traceparent, eventId),
          causation: cause.id,
          hash: null,
          seal: null,
        });
      }
      const link = linkOfRows(head.hash, rows, { key: sealKey, workspace });
      const last = rows.length - 1;
      events.push(...rows.map((row, index) => (index === last ? { ...row, ...link } : row)));
      causes.push(...reaction.map(({ cause }) => cause));
      const answer = { outcome: "accepted", firstPosition: head.position + 1, events: rows.length } as const;
      commands.push({ id, device, seq, fingerprint: id, answer });
      head = { position: head.position + rows.length, hash: link.hash };
    },
    isTaken: async (id) => (await tx.findRemembered([id], device, [])).length > 0,
    store: async () => {
      if (commands.length === 0) return undefined;
      await tx.append({ events, commands, numbers: [], head });
      at.wrote(events.map((event, index) => ({ event, cause: causes[index] ?? event })));
      return head;
    },
    head: () => head,
  };
}

/**
 * The traceparent of what follows from an event: the same trace, and a span of its own that derives from the new
 * event's id, so that a replay names the same one (https://www.w3.org/TR/trace-context/).
 */
function followingTraceparent(cause: string, eventId: string): string {
  const [version = "00", trace = "", , flags = "00"] = cause.split("-");
  return `${version}-${trace}-${hash("sha256", eventId).slice(0, 16)}-${flags}`;
}
