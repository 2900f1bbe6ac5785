import type { Cursor } from "../../protocol/cursor.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { RememberedCommand } from "../accept/facts.ts";
import { copyConsumers, type MemoryConsumers } from "./memory-consumers.ts";
import { copyStates, type MemoryStates } from "./memory-states.ts";
import { copySubscriptions, type MemorySubscriptions } from "./memory-subscriptions.ts";
import type { DeviceRow, InviteRow, TokenOwner } from "./store.ts";

/** Everything of one workspace, in memory. */
export interface Memory {
  name: string;
  head: Cursor;
  deviceCount: number;
  storedBytes: number;
  events: EventRow[];
  streams: Map<string, readonly EventRow[]>;
  /** The answers to each id. */
  commands: Map<string, readonly RememberedCommand[]>;
  numbers: Map<string, string>;
  devices: Map<string, DeviceRow>;
  invites: Map<string, InviteRow>;
  states: MemoryStates;
  consumers: MemoryConsumers;
  subscriptions: MemorySubscriptions;
}

/** What all workspaces share. */
export interface Shared {
  readonly workspaces: Map<string, Memory>;
  readonly tokens: Map<string, TokenOwner>;
  readonly inviteWorkspaces: Map<string, string>;
}

/** How each part is copied before a transaction changes it: as deep as it is changed in place. */
const copies: { readonly [Key in keyof Memory]: (part: Memory[Key]) => Memory[Key] } = {
  name: (name) => name,
  head: (head) => head,
  deviceCount: (count) => count,
  storedBytes: (bytes) => bytes,
  events: (events) => [...events],
  streams: (streams) => new Map(streams),
  commands: (commands) => new Map(commands),
  numbers: (numbers) => new Map(numbers),
  devices: (devices) => new Map(devices),
  invites: (invites) => new Map(invites),
  states: copyStates,
  consumers: copyConsumers,
  subscriptions: copySubscriptions,
};

/** A workspace as its transaction sees it, with what that has written itself. */
export interface Draft {
  /** Undefined for a workspace that there is not. */
  readonly find: () => Memory | undefined;
  readonly read: () => Memory;
  /** Yields the draft to be changed in this part: the first time, the part is copied. */
  readonly own: (...parts: readonly (keyof Memory)[]) => Memory;
  /** What all workspaces share is written with the commit: no transaction reads it. */
  readonly share: (write: (shared: Shared) => void) => void;
  readonly commit: () => void;
}

/** What a transaction changes replaces the former at its end, all of it or nothing. */
export function makeDraft(shared: Shared, workspace: string): Draft {
  let draft: Memory | undefined;
  const owned = new Set<keyof Memory>();
  const sharing: ((shared: Shared) => void)[] = [];
  const find = () => {
    const memory = shared.workspaces.get(workspace);
    draft ??= memory === undefined ? undefined : { ...memory };
    return draft;
  };
  const read = () => {
    const found = find();
    if (found === undefined) throw new Error(`expected a workspace, found none under ${workspace}`);
    return found;
  };
  const copy = <Key extends keyof Memory>(memory: Memory, key: Key) => {
    memory[key] = copies[key](memory[key]);
  };
  return {
    find,
    read,
    own: (...parts) => {
      const memory = read();
      for (const part of parts) if (!owned.has(part)) copy(memory, part);
      for (const part of parts) owned.add(part);
      return memory;
    },
    share: (write) => void sharing.push(write),
    commit: () => {
      if (draft !== undefined && owned.size > 0) shared.workspaces.set(workspace, draft);
      for (const write of sharing) write(shared);
    },
  };
}
