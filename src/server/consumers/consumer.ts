import type { Cursor } from "../../protocol/cursor.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { WorkspaceTx } from "../store/store.ts";
import type { WrittenEvent } from "./react.ts";

/**
 * A reader of the log on the server: inventory, webhooks. Its effects in the database and its checkpoint commit in one
 * transaction, so each happens once, whoever is killed when. Any number of processes share the work: one has a
 * workspace at a time, so the order of its log is kept.
 */
export interface Consumer {
  /** Its name in the database and on the wire, such as `inventory`: lower-case letters, for ever. */
  readonly name: string;
  /** How many events it takes in one transaction, at most. */
  readonly pageEvents: number;
  /** Whether it writes into the log: then the workspace's counter is locked before anything is read. */
  readonly appends: boolean;
  /** Begins with a page, inside the transaction that also moves its checkpoint. */
  readonly begin: (page: ConsumerPage) => Promise<PageWork>;
  /** Forgets what it has made of the log, inside the transaction that sets its checkpoint back to the start. */
  readonly forget: (tx: WorkspaceTx) => Promise<void>;
}

/** What a consumer is given. `events` follow its checkpoint; what is set aside is left out. */
export interface ConsumerPage {
  readonly tx: WorkspaceTx;
  readonly workspace: string;
  readonly events: readonly EventRow[];
  /** The end of the log, under the lock of its counter where the consumer appends. */
  readonly head: Cursor;
  /** The server's clock, ISO 8601 UTC. */
  readonly now: string;
  /** Hears what is written into the log, for whoever traces it: `makeReactions` tells it. */
  readonly wrote: (events: readonly WrittenEvent[]) => void;
}

/** The work on one page. */
export interface PageWork {
  /**
   * Takes one event, in order. Throws where it never can (the event is poisoned): the transaction is rolled back, what
   * is before it is taken again without it, and it is set aside with the later ones of its stream. What is the
   * database's own trouble is tried again as it is (`blames-event` lists it).
   */
  readonly take: (event: EventRow) => Promise<void>;
  /**
   * Writes the result. `isEnd`: nothing of the log is left to read. Answers where the log ends now if it has
   * grown. Where it throws, the page is taken again in halves, down to one event, which is set aside.
   */
  readonly finish: (isEnd: boolean) => Promise<Cursor | undefined>;
}
