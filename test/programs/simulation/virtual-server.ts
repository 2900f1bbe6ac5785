import type { Role } from "../../../src/domain/role.ts";
import { problem } from "../../../src/protocol/problem.ts";
import type { SyncRequest } from "../../../src/protocol/sync-messages.ts";
import { inventoryName, makeInventory } from "../../../src/server/consumers/inventory/inventory.ts";
import { type RunningConsumers, startConsumers } from "../../../src/server/consumers/run-consumers.ts";
import { sha256Hex } from "../../../src/server/sha256-hex.ts";
import { type MemoryStore, makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import type { DeviceRow, Store, Wake } from "../../../src/server/store/store.ts";
import { type KeptStates, keepStates } from "../../../src/server/sync/keep-states.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { overTheWire, responseOf } from "../../support/over-the-wire.ts";
import { accessRoutes, syncRoutes, tokensOf } from "../../support/sync-routes.ts";
import { isOutsiders } from "./outsiders.ts";
import { worldNowMs } from "./virtual-time.ts";

/** Where a server dies: with nothing stored, or with everything stored and nobody told. */
export type CrashPoint = "before-commit" | "after-commit";

/** Thrown through a node that dies. */
class NodeDied extends Error {}

/** Thrown by every node over a command that all of them fail on. */
class Poisoned extends Error {}

/** The server: several nodes with a cache each, on one store, that die, come back and are restored from backups. */
export class VirtualServer {
  readonly workspace: string;
  private readonly pageEvents: number;
  private store: MemoryStore;
  /** A way to each of them. */
  private nodes: readonly (typeof fetch)[] = [];
  private states: readonly KeptStates[] = [];
  /** Inventory, in both nodes: they share its work. */
  private services: RunningConsumers[] = [];
  /**
   * What inventory could not take, or failed on for another reason than a crash, and what no honest device and server say
   * to each other.
   */
  readonly troubles: string[] = [];
  /** The traces of all commands that were sent: one that goes on under another id keeps its own. */
  private readonly traces = new Set<string>();
  private crashAt: CrashPoint | undefined;
  private downUntilMs = 0;
  private codes = 0;
  private backup: MemoryStore | undefined;
  /** Heard by devices that listen. */
  readonly listeners = new Set<(head: number) => void>();
  /** Ids of commands that took the turn of one that was parked: their seq says nothing about their order. */
  readonly replacing = new Set<string>();
  /** How many commands were sent again under another id. */
  redrawn = 0;
  /** How often it was set back, and when the backup was made that it was or will be set back to, in ms of the world. */
  restores = 0;
  backupMs = 0;
  /** On which last events of its stream a command said that it was decided, by its id; null: on none. */
  readonly decidedOn = new Map<string, Set<string | null>>();
  /** Ids of commands that devices gave back to a restored server: others may have written before them meanwhile. */
  readonly givenBack = new Set<string>();
  /** Ids of commands on which every node fails, as a bug on one input would. */
  readonly poison = new Set<string>();
  crashes: Record<CrashPoint, number> = { "before-commit": 0, "after-commit": 0 };

  constructor(workspace: string, pageEvents: number) {
    this.workspace = workspace;
    this.pageEvents = pageEvents;
    this.store = makeMemoryStore();
    this.startNodes();
  }

  private startNodes(): void {
    for (const running of this.services) running.stop().catch(() => {});
    this.services = [];
    const clock = () => new Date(worldNowMs());
    // In half of the worlds devices begin with states, also with small ones.
    const from = this.pageEvents % 2 === 0 ? 12 : Number.POSITIVE_INFINITY;
    const started = [0, 1].map(() => {
      const store = this.breakable();
      // A node that dies takes what it does in the background with it.
      const cache = makeStateCache();
      const states = keepStates(store, cache, { from, report: () => {} });
      this.services.push(
        startConsumers(store, [makeInventory(store.installation.sealKey)], {
          clock,
          report: (_consumer, error) => {
            if (!(error instanceof NodeDied)) this.troubles.push(String(error));
          },
          onAside: (rows) => void this.troubles.push(`set aside: ${JSON.stringify(rows[0])}`),
        }),
      );
      const tokens = tokensOf(store);
      const routes = syncRoutes({
        ...{ store, cache, clock, states, tokens, pageEvents: this.pageEvents },
        onSync: (request) => this.noteSync(request),
        onGivenBack: ({ commands }) => {
          for (const { events } of commands) this.givenBack.add(events[0]?.command ?? "");
        },
      });
      const all = [...routes, ...accessRoutes({ store, clock })];
      const wire = overTheWire(all, tokens, (words) => void this.troubles.push(words));
      return { wire, states };
    });
    this.nodes = started.map(({ wire }) => wire);
    this.states = started.map(({ states }) => states);
  }

  /** The store as a node sees it: a crash throws out of a transaction, before or after its commit. */
  private breakable(): Store {
    const { store } = this;
    const heard = new Set<(wake: Wake) => void>();
    return {
      ...store,
      listen: (listener) => {
        heard.add(listener);
        return () => void heard.delete(listener);
      },
      inWorkspace: async (workspace, work) => {
        const mine = this.store === store;
        if (!mine) throw new NodeDied("this node's store was replaced");
        let writes = false;
        const result = await store.inWorkspace(workspace, async (tx) => {
          const done = await work({
            ...tx,
            append: (rows) => {
              writes = true;
              return tx.append(rows);
            },
          });
          if (writes && this.crashAt === "before-commit") this.die("before-commit");
          return done;
        });
        if (writes && this.crashAt === "after-commit") this.die("after-commit");
        return result;
      },
      announce: (wake) => {
        if (wake.kind !== "head") return;
        for (const listener of this.listeners) listener(wake.head);
        for (const listener of [...heard]) listener(wake);
        for (const states of this.states)
          if (wake.head >= states.from) states.follow(this.workspace).catch(() => {});
      },
    };
  }

  private die(point: CrashPoint): never {
    this.crashAt = undefined;
    this.crashes[point] += 1;
    this.downUntilMs = worldNowMs() + 8_000;
    // Every other time it is the database that went away: the nodes live on, with what they remember.
    const isDatabase = point === "before-commit" && this.crashes[point] % 2 === 0;
    if (!isDatabase) this.startNodes();
    throw new NodeDied(point);
  }

  /** The next transaction that writes kills its node, which is back after a while. */
  crashNext(point: CrashPoint): void {
    this.crashAt = point;
  }

  isDown(): boolean {
    return worldNowMs() < this.downUntilMs;
  }

  async begin(owner: DeviceRow, name: string): Promise<void> {
    const createdAt = new Date(worldNowMs()).toISOString();
    await this.store.createWorkspace({ id: this.workspace, name, createdAt, owner }, true);
  }

  async addDevice(row: DeviceRow): Promise<void> {
    await this.store.inWorkspace(this.workspace, (tx) => tx.insertDevice(row));
  }

  nextCode(): string {
    this.codes += 1;
    return `D${this.codes + 1}`;
  }

  async changeDevice(
    id: string,
    change: { readonly role?: Role; readonly revokedAt?: string },
  ): Promise<void> {
    await this.store.inWorkspace(this.workspace, async (tx) => {
      const device = await tx.findDevice(id);
      if (device !== undefined) await tx.updateLineage(device.root, change);
    });
  }

  backUp(): void {
    this.backup = this.store.copy();
    this.backupMs = worldNowMs();
  }

  /** Replaces what is there by the last backup, as after a disk was lost. Tells whether there was one. */
  restore(): boolean {
    if (this.backup === undefined) return false;
    this.store = this.backup.copy();
    this.restores += 1;
    this.startNodes();
    return true;
  }

  /** What inventory keeps, for the checker: how far it has read, and its book of these SKUs and orders. */
  book(skus: readonly string[], orders: readonly string[]) {
    return this.store.inWorkspace(this.workspace, async (tx) => ({
      position: (await tx.readConsumers()).find(({ consumer }) => consumer === inventoryName)?.position ?? 0,
      levels: await tx.findLevels(skus),
      claims: (await Promise.all(orders.map((order) => tx.findClaims(order)))).flat(),
    }));
  }

  /** All events of the log, as the store has them. */
  async events() {
    return this.store.inWorkspace(this.workspace, async (tx) => {
      const all: Awaited<ReturnType<typeof tx.readPage>>[number][] = [];
      for (;;) {
        const page = await tx.readPage(all.at(-1)?.position ?? 0, { events: 1_000, bytes: 10_000_000 });
        if (page.length === 0) return all;
        all.push(...page);
      }
    });
  }

  async knows(token: string): Promise<boolean> {
    return (await this.store.findToken(sha256Hex(token))) !== undefined;
  }

  /** Asks one of the nodes. Rejects where there is no answer: the server is down, or its node dies over the request. */
  async ask(node: number, ...asked: Parameters<typeof fetch>): Promise<Response> {
    const wire = this.nodes[node % this.nodes.length];
    if (this.isDown() || wire === undefined) throw new TypeError("no server answers");
    try {
      return await wire(...asked);
    } catch (error) {
      if (error instanceof NodeDied) throw new TypeError("the server died", { cause: error });
      if (error instanceof Poisoned) return responseOf(problem("internal", 500, "Something went wrong"));
      this.troubles.push(`the server threw: ${String(error)}`);
      throw error;
    }
  }

  private noteSync({ commands }: SyncRequest): void {
    for (const { id, replaces, expected, traceparent } of commands) {
      if (isOutsiders(traceparent)) continue;
      const isRedrawn = !this.decidedOn.has(id) && this.traces.has(traceparent);
      if (isRedrawn) this.redrawn += 1;
      if (replaces !== undefined || isRedrawn) this.replacing.add(id);
      this.traces.add(traceparent);
      this.decidedOn.set(id, (this.decidedOn.get(id) ?? new Set()).add(expected.event));
    }
    if (commands.some(({ id }) => this.poison.has(id))) throw new Poisoned();
  }
}

/** A device as the server stores it, as if it had joined by an invite. */
export function deviceRow(id: string, code: string, name: string, role: Role, token: string): DeviceRow {
  const joinedAt = new Date(worldNowMs()).toISOString();
  return {
    id,
    code,
    name,
    role,
    tokenHash: sha256Hex(token),
    joinedBy: "simulation",
    root: id,
    joinedAt,
    lastSeenAt: null,
    revokedAt: null,
  };
}
