import * as v from "valibot";
import type { Role } from "../../src/domain/role.ts";
import {
  type Chain,
  chainSchema,
  type ResupplyResponse,
  resupplyRequestSchema,
  resupplyResponseSchema,
} from "../../src/protocol/healing-messages.ts";
import { type Joined, joinedSchema } from "../../src/protocol/joining-messages.ts";
import { type Problem, problem, problemSchema } from "../../src/protocol/problem.ts";
import { type StatesPage, statesPageSchema, statesQuerySchema } from "../../src/protocol/states-messages.ts";
import { type PushedCommand, syncResponseSchema } from "../../src/protocol/sync-messages.ts";
import { inventoryName, makeInventory } from "../../src/server/consumers/inventory/inventory.ts";
import { type RunningConsumers, startConsumers } from "../../src/server/consumers/run-consumers.ts";
import type { Parts } from "../../src/server/http/app.ts";
import { sync } from "../../src/server/http/sync-route.ts";
import { joinAsSuccessor } from "../../src/server/joining/join.ts";
import { sha256Hex } from "../../src/server/sha256-hex.ts";
import { type MemoryStore, makeMemoryStore } from "../../src/server/store/memory-store.ts";
import type { DeviceRow, Store, TokenOwner, Wake } from "../../src/server/store/store.ts";
import { chain, resupply } from "../../src/server/sync/healing.ts";
import { keepStates } from "../../src/server/sync/keep-states.ts";
import { makeStateCache } from "../../src/server/sync/state-cache.ts";
import { readStatesPage } from "../../src/server/sync/states-page.ts";
import { noTelemetry } from "../../src/server/telemetry/telemetry.ts";
import type { Reply } from "../../src/sync/transport.ts";
import { after, worldNowMs } from "./virtual-time.ts";

/** Where a server dies: with nothing stored, or with everything stored and nobody told. */
export type CrashPoint = "before-commit" | "after-commit";

/** Thrown through a node that dies. */
class NodeDied extends Error {}

type Handler<Body> = (parts: Parts, caller: TokenOwner) => Promise<string | Problem | Body>;

/** The server: several nodes with a cache each, on one store, that die, come back and are restored from backups. */
export class VirtualServer {
  readonly workspace: string;
  private readonly pageEvents: number;
  private store: MemoryStore;
  private nodes: Pick<Parts, "store" | "cache" | "clock" | "telemetry" | "states">[] = [];
  /** Inventory, in both nodes: they share its work. */
  private services: RunningConsumers[] = [];
  /** What inventory could not take, or failed on for another reason than a crash. */
  readonly troubles: string[] = [];
  private crashAt: CrashPoint | undefined;
  private downUntilMs = 0;
  private codes = 0;
  private backup: MemoryStore | undefined;
  /** Heard by devices that listen. */
  readonly listeners = new Set<(head: number) => void>();
  /** Ids of commands that took the turn of one that was parked: their seq says nothing about their order. */
  readonly replacing = new Set<string>();
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
    this.nodes = [0, 1].map(() => {
      const store = this.breakable();
      // A node that dies takes what it does in the background with it.
      const states = keepStates(store, { from, report: () => {} });
      this.services.push(
        startConsumers(store, [makeInventory(store.installation.sealKey)], {
          clock,
          report: (_consumer, error) => {
            if (!(error instanceof NodeDied)) this.troubles.push(String(error));
          },
          onAside: (rows) => void this.troubles.push(`set aside: ${JSON.stringify(rows[0])}`),
        }),
      );
      return { store, cache: makeStateCache(), clock, telemetry: noTelemetry, states };
    });
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
        for (const { states } of this.nodes)
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
    await this.store.inWorkspace(this.workspace, (tx) => tx.updateDevice(id, change));
  }

  backUp(): void {
    this.backup = this.store.copy();
  }

  /** Puts the last backup in the place of what is there, as after a disk was lost. Tells whether there was one. */
  restore(): boolean {
    if (this.backup === undefined) return false;
    this.store = this.backup.copy();
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

  /** One sync by a token, at one of the nodes. */
  async sync(
    token: string,
    node: number,
    body: unknown,
  ): Promise<Reply<v.InferOutput<typeof syncResponseSchema>>> {
    const { commands } = body as { readonly commands: readonly PushedCommand[] };
    for (const { id, replaces, expected } of commands) {
      if (replaces !== undefined) this.replacing.add(id);
      this.decidedOn.set(id, (this.decidedOn.get(id) ?? new Set()).add(expected.event));
    }
    if (commands.some(({ id }) => this.poison.has(id))) return { outcome: "failed", trouble: "server-busy" };
    return this.answer(token, node, syncResponseSchema, (parts, caller) =>
      sync(parts, caller, { ...(body as object), limit: this.pageEvents }, { warn: () => {} }),
    );
  }

  /** Gives a device an identity that follows its own. */
  async succeed(
    token: string,
    node: number,
    asked: Parameters<typeof joinAsSuccessor>[2],
  ): Promise<Reply<Joined>> {
    return this.answer(token, node, joinedSchema, async ({ store, clock }, caller) => {
      const joining = await joinAsSuccessor(store, caller, asked, clock());
      return "joined" in joining ? joining.joined : joining.problem;
    });
  }

  askStates(token: string, node: number, query: unknown): Promise<Reply<StatesPage>> {
    return this.answer(token, node, statesPageSchema, async (parts, caller) =>
      readStatesPage(parts, caller, v.parse(statesQuerySchema, query)),
    );
  }

  askChain(token: string, node: number, positions: readonly number[]): Promise<Reply<Chain>> {
    return this.answer(token, node, chainSchema, async (parts, caller) =>
      said(await chain(parts, caller, positions)),
    );
  }

  giveBack(token: string, node: number, request: unknown): Promise<Reply<ResupplyResponse>> {
    const parsed = v.parse(resupplyRequestSchema, request);
    for (const { events } of parsed.commands) this.givenBack.add(events[0]?.command ?? "");
    return this.answer(token, node, resupplyResponseSchema, async (parts, caller) =>
      said(await resupply(parts, caller, parsed)),
    );
  }

  /** What one of the nodes answers to whoever has this token. Never throws: a node that dies gives no answer. */
  async answer<Schema extends v.GenericSchema>(
    token: string,
    node: number,
    schema: Schema,
    handle: Handler<unknown>,
  ): Promise<Reply<v.InferOutput<Schema>>> {
    if (this.isDown()) return { outcome: "failed", trouble: "unreachable" };
    const parts = this.nodes[node % this.nodes.length] as Parts;
    try {
      const caller = await this.store.findToken(sha256Hex(token));
      if (caller === undefined)
        return { outcome: "problem", problem: problem("unknown-token", 401, "unknown") };
      const said = await handle(parts, caller);
      const parsed: unknown = typeof said === "string" ? JSON.parse(said) : JSON.parse(JSON.stringify(said));
      const refused = v.safeParse(problemSchema, parsed);
      if (refused.success) return { outcome: "problem", problem: refused.output };
      return { outcome: "answered", body: v.parse(schema, parsed) };
    } catch (error) {
      if (error instanceof NodeDied) return { outcome: "failed", trouble: "unreachable" };
      throw error;
    }
  }
}

const said = <Value>(answer: { readonly value: Value } | { readonly problem: Problem }) =>
  "problem" in answer ? answer.problem : answer.value;

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

/** How a device's way to the server is, at the moment. Chances are 0..1 per request. */
export interface Link {
  up: boolean;
  loseRequest: number;
  loseAnswer: number;
  cutAnswer: number;
  twice: number;
  foreign: number;
  busy: number;
  /** How long one way takes at most, ms; some requests arrive long after their sender has given up. */
  delayMs: number;
}

export const goodLink = (): Link => ({
  up: true,
  loseRequest: 0,
  loseAnswer: 0,
  cutAnswer: 0,
  twice: 0,
  foreign: 0,
  busy: 0,
  delayMs: 80,
});

/** The client's own limit on a request. */
const timeoutMs = 60_000;

/** Sends a request over a link: it may arrive late, twice or never, and so may the answer. Counts what happens. */
export function overLink<Body>(
  link: Link,
  luck: () => number,
  count: (fault: string) => void,
  request: () => Promise<Reply<Body>>,
  answered: (reply: Reply<Body>) => void,
): void {
  let open = true;
  const answer = (reply: Reply<Body>) => {
    if (!open) return;
    open = false;
    answered(reply);
  };
  const hit = (chance: number, fault: string) => {
    const happens = luck() < chance;
    if (happens) count(fault);
    return happens;
  };
  const unreachable: Reply<Body> = { outcome: "failed", trouble: "unreachable" };
  if (!link.up) {
    count("link-down");
    after(luck() < 0.7 ? 5 : timeoutMs, () => answer(unreachable));
    return;
  }
  after(timeoutMs, () => answer(unreachable));
  if (hit(link.foreign, "foreign-answer")) {
    after(50, () => answer({ outcome: "failed", trouble: "not-our-server" }));
    return;
  }
  if (hit(link.busy, "busy")) {
    const wait = luck() < 0.5 ? {} : { retryAfterMs: Math.round(luck() * 20_000) };
    after(50, () => answer({ outcome: "failed", trouble: "server-busy", ...wait }));
    return;
  }
  const lost = hit(link.loseRequest, "request-lost");
  const there = Math.round(luck() * link.delayMs);
  const arrive = (onAnswer: (reply: Reply<Body>) => void) => {
    request().then(onAnswer, (error: unknown) => {
      throw error;
    });
  };
  if (!lost) {
    after(there, () =>
      arrive((reply) => {
        if (hit(link.loseAnswer, "answer-lost")) return;
        const back = Math.round(luck() * link.delayMs);
        const cut = hit(link.cutAnswer, "answer-cut");
        after(back, () => answer(cut || !link.up ? unreachable : reply));
      }),
    );
  }
  if (hit(link.twice, "request-twice")) after(there + Math.round(luck() * 90_000), () => arrive(() => {}));
}
