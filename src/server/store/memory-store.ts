import { createSecretKey, randomBytes } from "node:crypto";
import { cursorStart } from "../../protocol/cursor.ts";
import { beginningOf, isDrawn } from "../../protocol/ids.ts";
import type { EventRow } from "../accept/event-row.ts";
import { bytesOfRows } from "../accept/stored-bytes.ts";
import { cutPage, rowBytes } from "./cut-page.ts";
import { emptyConsumers, makeMemoryBookTx, makeMemoryConsumersTx } from "./memory-consumers.ts";
import { type Draft, type Memory, makeDraft, type Shared } from "./memory-draft.ts";
import { makeMemoryStatesTx } from "./memory-states.ts";
import { dueAtOf, emptySubscriptions, makeMemorySubscriptionsTx } from "./memory-subscriptions.ts";
import { makeQueue } from "./queue.ts";
import {
  type DeviceRow,
  type Store,
  type TokenOwner,
  tapsPage,
  type Wake,
  type WorkspaceTx,
} from "./store.ts";

/** A store in memory; `copy` is what a backup of it would be, with the same key. */
export interface MemoryStore extends Store {
  readonly copy: () => MemoryStore;
}

/** A store that forgets everything when the process ends: for simulations and for tests of what is on a store. */
export function makeMemoryStore(
  shared: Shared = { workspaces: new Map(), tokens: new Map(), inviteWorkspaces: new Map() },
  sealKey = createSecretKey(randomBytes(32)),
): MemoryStore {
  const queues = new Map<string, ReturnType<typeof makeQueue>>();
  const listeners = new Set<(wake: Wake) => void>();
  const queueOf = (workspace: string) => {
    const queue = queues.get(workspace) ?? makeQueue(10_000);
    queues.set(workspace, queue);
    return queue;
  };
  return {
    copy: () => makeMemoryStore(structuredClone(shared), sealKey),
    installation: { sealKey, setupCode: randomBytes(16).toString("hex") },
    inWorkspace: (workspace, work) =>
      queueOf(workspace)(async () => {
        const draft = makeDraft(shared, workspace);
        const result = await work(makeTx(workspace, draft));
        draft.commit();
        return result;
      }),
    createWorkspace: async (created, firstOnly) => {
      if (firstOnly && shared.workspaces.size > 0) return false;
      shared.workspaces.set(created.id, emptyMemory(created.name));
      shared.tokens.set(created.owner.tokenHash, tokenOwnerOf(created.id, created.owner));
      const memory = mustMemory(shared, created.id);
      memory.devices.set(created.owner.id, created.owner);
      memory.deviceCount = 1;
      return true;
    },
    countWorkspaces: async () => shared.workspaces.size,
    listWorkspaces: async (after, max) =>
      [...shared.workspaces.keys()]
        .filter((id) => after === null || id > after)
        .sort()
        .slice(0, max),
    findToken: async (hash) => shared.tokens.get(hash),
    findInviteWorkspace: async (codeHash) => shared.inviteWorkspaces.get(codeHash),
    findDueWorkspaces: async (now, max) => {
      const doors = [...shared.workspaces]
        .flatMap(([id, { subscriptions }]) => {
          const dueAt = dueAtOf(subscriptions);
          return dueAt === null ? [] : [{ id, dueAt }];
        })
        .sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
      const due = doors.filter(({ dueAt }) => dueAt <= now).slice(0, max);
      return { due: due.map(({ id }) => id), nextAt: doors[due.length]?.dueAt ?? null };
    },
    announce: (wake) => {
      for (const listener of listeners) listener(wake);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ping: async () => {},
    close: async () => {},
  };
}

function tokenOwnerOf(workspace: string, { id, root }: DeviceRow): TokenOwner {
  return { workspace, device: id, root };
}

function emptyMemory(name: string): Memory {
  return {
    name,
    head: cursorStart,
    deviceCount: 0,
    storedBytes: 0,
    events: [],
    streams: new Map(),
    commands: new Map(),
    numbers: new Map(),
    devices: new Map(),
    invites: new Map(),
    states: { position: undefined, rows: new Map() },
    consumers: emptyConsumers(),
    subscriptions: emptySubscriptions(),
  };
}

function mustMemory(shared: Shared, workspace: string): Memory {
  const memory = shared.workspaces.get(workspace);
  if (memory === undefined) throw new Error(`expected a workspace, found none under ${workspace}`);
  return memory;
}

/** A transaction on a draft: it reads what it has written itself. */
function makeTx(workspace: string, { find, read: memory, own, share }: Draft): WorkspaceTx {
  const changing = (part: keyof Memory) => async (write: () => void) => {
    own(part);
    write();
  };
  return {
    lockHead: async () => memory().head,
    readHead: async () => memory().head,
    readName: async () => memory().name,
    readStanding: async (device, position) => ({
      device: memory().devices.get(device),
      head: memory().head,
      storedBytes: memory().storedBytes,
      hash: position === 0 ? cursorStart.hash : memory().events[position - 1]?.hash,
      knownSeq: highestSeqOf(memory(), device),
    }),
    findDevice: async (id) => find()?.devices.get(id),
    findCodes: async (codes) => {
      const devices = [...memory().devices.values()];
      const living = new Set(devices.filter(({ revokedAt }) => revokedAt === null).map(({ root }) => root));
      return devices
        .filter(({ code, root }) => codes.includes(code) && living.has(root))
        .map(({ code, root }) => ({ code, root }));
    },
    findRemembered: async (ids, device, seqs) => {
      const [wanted, numbers] = [new Set(ids), new Set(seqs)];
      return [...memory().commands.values()]
        .flat()
        .filter(
          (command) => wanted.has(command.id) || (command.device === device && numbers.has(command.seq)),
        );
    },
    findStreamHeads: async (streams) =>
      streams.flatMap((stream) => {
        const last = memory().streams.get(stream)?.at(-1);
        return last === undefined ? [] : [{ stream, version: last.version, event: last.id }];
      }),
    readStream: async (stream, afterVersion, max) =>
      (memory().streams.get(stream) ?? []).slice(afterVersion, afterVersion + max),
    findNumbers: async (numbers) =>
      numbers.flatMap((number) => {
        const stream = memory().numbers.get(number);
        return stream === undefined ? [] : [{ number, stream }];
      }),
    findHashAt: async (position) => memory().events[position - 1]?.hash,
    findEnds: async (positions) =>
      positions.map((position) => {
        const { events } = memory();
        for (let at = Math.min(position, events.length); at > 0; at -= 1) {
          const hash = events[at - 1]?.hash;
          if (hash != null) return { position: at, hash };
        }
        return cursorStart;
      }),
    readHighestSeq: async (device) => highestSeqOf(memory(), device),
    readPage: async (after, limits) =>
      cutPage(memory().events.slice(after, after + readMax), limits, rowBytes) ?? [],
    append: async (rows) => {
      const memory = own("events", "streams", "commands", "numbers", "head", "storedBytes");
      const { events, streams, commands, numbers } = memory;
      for (const row of rows.events) {
        events.push(row);
        streams.set(row.stream, [...(streams.get(row.stream) ?? []), row]);
      }
      for (const command of rows.commands)
        commands.set(command.id, [...(commands.get(command.id) ?? []), command]);
      for (const { number, stream } of rows.numbers) numbers.set(number, stream);
      memory.head = rows.head;
      memory.storedBytes += bytesOfRows(rows);
    },
    readEventsAt: async (positions) =>
      positions
        .toSorted((one, other) => one - other)
        .flatMap((position) => memory().events[position - 1] ?? []),
    findCommandEvents: async (commands) => acceptedEvents(memory(), commands),
    findTaps: async (beginnings, traceparents, after) => {
      const [begins, traces] = [new Set(beginnings), new Set(traceparents)];
      const ids = [...memory().commands.keys()].filter((id) => isDrawn(id) && begins.has(beginningOf(id)));
      const events = acceptedEvents(memory(), ids).filter(({ traceparent }) => traces.has(traceparent));
      const taps = new Map(events.map(({ command: id, traceparent }) => [id, { id, traceparent }]));
      const inOrder = [...taps.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
      return inOrder.filter(({ id }) => id > after).slice(0, tapsPage);
    },
    ...makeMemoryStatesTx(() => memory().states, changing("states")),
    ...makeMemoryConsumersTx(() => memory().consumers, changing("consumers")),
    ...makeMemoryBookTx(() => memory().consumers, changing("consumers")),
    ...makeMemorySubscriptionsTx(() => memory().subscriptions, changing("subscriptions")),
    listDevices: async () => [...memory().devices.values()],
    listLineage: async (root) => [...memory().devices.values()].filter((device) => device.root === root),
    countLineages: async () => {
      const living = [...memory().devices.values()].filter(({ revokedAt }) => revokedAt === null);
      return new Set(living.map(({ root }) => root)).size;
    },
    countSuccessors: async (since) =>
      [...memory().devices.values()].filter(({ id, root, joinedAt }) => id !== root && joinedAt > since)
        .length,
    updateLineage: async (root, { role, revokedAt }) => {
      const { devices } = own("devices");
      for (const device of [...devices.values()].filter((each) => each.root === root)) {
        const ended = { revokedAt: device.revokedAt ?? revokedAt ?? null };
        devices.set(device.id, { ...device, ...(role === undefined ? {} : { role }), ...ended });
      }
    },
    countDevice: async (by = 1) => {
      const memory = own("deviceCount");
      memory.deviceCount += by;
      return memory.deviceCount;
    },
    insertDevice: async (device) => {
      own("devices").devices.set(device.id, device);
      share(({ tokens }) => tokens.set(device.tokenHash, tokenOwnerOf(workspace, device)));
    },
    updateDevice: async (id, change) => {
      const { devices } = own("devices");
      const device = devices.get(id);
      if (device !== undefined) devices.set(id, { ...device, ...change });
    },
    insertInvite: async (invite) => {
      own("invites").invites.set(invite.codeHash, invite);
      share(({ inviteWorkspaces }) => inviteWorkspaces.set(invite.codeHash, workspace));
    },
    findInvite: async (codeHash) => memory().invites.get(codeHash),
    useInvite: async (codeHash, device) => {
      const { invites } = own("invites");
      const invite = invites.get(codeHash);
      if (invite !== undefined) invites.set(codeHash, { ...invite, usedBy: device });
    },
    forgetInvites: async (expiredBefore) => {
      const { invites } = own("invites");
      for (const { codeHash, expiresAt } of [...invites.values()])
        if (expiresAt < expiredBefore) invites.delete(codeHash);
      return invites.size;
    },
  };
}

/** More than one page, or one command of the largest kind, ever holds. */
const readMax = 2_500;

/** The highest seq of a device that has a final answer; 0 for none. */
function highestSeqOf({ commands }: Memory, device: string): number {
  return [...commands.values()]
    .flat()
    .reduce((max, { device: of, seq }) => (of === device ? Math.max(max, seq) : max), 0);
}

/** The events of those commands that were accepted, in order. */
function acceptedEvents({ commands, events }: Memory, ids: readonly string[]): readonly EventRow[] {
  return ids
    .flatMap((id) => {
      const answers = (commands.get(id) ?? []).map(({ answer }) => answer);
      const answer = answers.find(({ outcome }) => outcome === "accepted");
      if (answer?.outcome !== "accepted") return [];
      return events.slice(answer.firstPosition - 1, answer.firstPosition - 1 + answer.events);
    })
    .toSorted((one, other) => one.position - other.position);
}
