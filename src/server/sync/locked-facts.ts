import type { Role } from "../../domain/role.ts";
import type { Cursor } from "../../protocol/cursor.ts";
import type { Problem } from "../../protocol/problem.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { Facts, RememberedCommand, Rows, StreamFacts } from "../accept/facts.ts";
import type { DeviceRow, Store, WorkspaceTx } from "../store/store.ts";
import { accessOf } from "./access.ts";
import { foldedState } from "./folded-state.ts";
import { historyChanged } from "./history.ts";
import type { StateCache } from "./state-cache.ts";

/** Who asks that commands be judged, from which position of the history on, and what must be known for it. */
export interface FactsWanted {
  readonly workspace: string;
  readonly device: string;
  readonly cursor: Cursor;
  readonly streams: Iterable<string>;
  readonly numbers: readonly string[];
  readonly remembered: () => Promise<readonly RememberedCommand[]>;
  /** Whether what is remembered may stand for something else than what is asked: then what it was is read too. */
  readonly isAnothers: (known: RememberedCommand) => boolean;
  /** The devices that wrote the commands. */
  readonly writers: readonly string[];
}

/** The facts under the lock, all but the codes, which only some ask about; or why nothing is judged. */
export type LockedFacts =
  | { readonly outcome: "refused"; readonly problem: Problem }
  | {
      readonly outcome: "locked";
      readonly device: DeviceRow;
      readonly role: Role;
      /** How many bytes the workspace has stored. */
      readonly storedBytes: number;
      readonly facts: Omit<Facts, "foreignCodes">;
    };

/**
 * Locks the counter first and reads everything else after it, all in one flight to the database. What the caller asks
 * in the same flight it asks after this.
 */
export async function lockFacts(
  tx: WorkspaceTx,
  cache: StateCache,
  wanted: FactsWanted,
): Promise<LockedFacts> {
  const [head, standing, remembered, heads, numbers] = await Promise.all([
    tx.lockHead(),
    tx.readStanding(wanted.device, wanted.cursor.position),
    wanted.remembered(),
    tx.findStreamHeads([...new Set(wanted.streams)]),
    tx.findNumbers(wanted.numbers),
  ]);
  const access = accessOf(standing.device);
  if (access.outcome !== "allowed") return access;
  if (standing.hash !== wanted.cursor.hash) return { outcome: "refused", problem: historyChanged };
  const streams = new Map<string, StreamFacts>();
  for (const { stream, version, event } of heads) {
    const state = cache.find(wanted.workspace, stream, event)?.state ?? (await foldedState(tx, stream));
    streams.set(stream, { version, event, state });
  }
  const holders = await readHolders(tx, remembered.filter(wanted.isAnothers), wanted.writers);
  const taken = new Map(numbers.map(({ number, stream }) => [number, stream]));
  const { device, role } = access;
  return {
    outcome: "locked",
    device,
    role,
    storedBytes: standing.storedBytes,
    facts: { head, remembered, ...holders, streams, numbers: taken },
  };
}

/**
 * Keeps the states that a transaction has stored and tells the other devices, only after its commit: a state that was
 * never stored must not be judged upon.
 */
export function publish(
  store: Store,
  cache: StateCache,
  workspace: string,
  { rows, streams }: { readonly rows: Rows; readonly streams: ReadonlyMap<string, StreamFacts> },
): void {
  for (const { stream } of rows.events) {
    const facts = streams.get(stream);
    if (facts !== undefined) cache.put(workspace, stream, facts);
  }
  if (rows.events.length > 0)
    store.announce({ kind: "head", workspace, head: rows.head.position, rows: rows.events });
}

/**
 * Who has used the ids of these commands before, another device or another tap, and the events in the log under them.
 * Nearly always nobody has, and nothing is read.
 */
async function readHolders(
  tx: WorkspaceTx,
  others: readonly RememberedCommand[],
  own: readonly string[],
): Promise<Pick<Facts, "roots" | "held">> {
  if (others.length === 0) return { roots: new Map(), held: new Map() };
  const devices = [...new Set([...own, ...others.map(({ device }) => device)])];
  const accepted = others.filter(({ answer }) => answer.outcome === "accepted").map(({ id }) => id);
  const [rows, events] = await Promise.all([
    Promise.all(devices.map((device) => tx.findDevice(device))),
    tx.findCommandEvents([...new Set(accepted)]),
  ]);
  const roots = rows.flatMap((row) => (row === undefined ? [] : [[row.id, row.root] as const]));
  const held = new Map<string, EventRow[]>();
  for (const event of events) held.set(event.command, [...(held.get(event.command) ?? []), event]);
  return { roots: new Map(roots), held };
}
