import * as v from "valibot";
import {
  createDatabase,
  type Device,
  type DeviceStorage,
  openDevice,
  setUp,
} from "../../src/device/device.ts";
import type { Identity } from "../../src/device/rows.ts";
import type { Role } from "../../src/domain/role.ts";
import { findCursor, formatCursor } from "../../src/protocol/cursor.ts";
import { type Problem, problem } from "../../src/protocol/problem.ts";
import { statesPageSchema } from "../../src/protocol/states-messages.ts";
import type { SyncRequest, SyncResponse } from "../../src/protocol/sync-messages.ts";
import { eventOf } from "../../src/server/accept/event-row.ts";
import { prepareCommand } from "../../src/server/accept/prepare-command.ts";
import { joinAsSuccessor } from "../../src/server/joining/join.ts";
import { type MemoryStore, makeMemoryStore } from "../../src/server/store/memory-store.ts";
import type { TokenOwner } from "../../src/server/store/store.ts";
import { followStates } from "../../src/server/sync/follow-states.ts";
import { chain, resupply } from "../../src/server/sync/healing.ts";
import type { KeptStates } from "../../src/server/sync/keep-states.ts";
import { pull } from "../../src/server/sync/pull.ts";
import { push } from "../../src/server/sync/push.ts";
import { makeStateCache } from "../../src/server/sync/state-cache.ts";
import { readStatesPage } from "../../src/server/sync/states-page.ts";
import { type Exchanged, type ExchangePorts, exchangeOnce } from "../../src/sync/exchange.ts";
import { takeFence } from "../../src/sync/lead.ts";
import type { Reply } from "../../src/sync/transport.ts";
import { freshStorage, someSettings } from "../device/a-device.ts";
import { uuid } from "../domain/builders.ts";

const workspace = uuid(1);

/** A server of one workspace: the real judging and paging over a store in memory, called without a network. */
export interface TestServer {
  readonly answer: (device: string, request: SyncRequest) => Promise<Reply<SyncResponse>>;
  readonly ports: Pick<ExchangePorts, "succeed" | "askChain" | "giveBack" | "askStates">;
  /** Folds the log into the kept states, to its end. */
  readonly followStates: () => Promise<void>;
  /** What a backup of it would be now; `restore` puts it in its place. */
  readonly backUp: () => MemoryStore;
  readonly restore: (backup: MemoryStore) => void;
}

/** A device that has joined the test server, with the means to sync it by hand. */
export interface Member {
  readonly device: Device;
  readonly storage: DeviceStorage;
  /** One exchange; `post` replaces the way to the server, to lose requests and answers. */
  readonly exchange: (post?: ExchangePorts["post"]) => Promise<Exchanged>;
  /** Exchanges until nothing is left to send or fetch. */
  readonly sync: () => Promise<void>;
}

/**
 * Starts a server with an owner's device that has set the workspace up. `pageEvents` makes small pages; with
 * `statesFrom` a device begins with states when the log has so many events.
 */
export async function aFleet(options: { readonly pageEvents?: number; readonly statesFrom?: number } = {}) {
  let store = makeMemoryStore();
  let cache = makeStateCache();
  const pageEvents = options.pageEvents ?? 1_000;

  const answer = async (deviceId: string, request: SyncRequest): Promise<Reply<SyncResponse>> => {
    const cursor = findCursor(request.cursor);
    if (cursor === undefined) throw new Error(`expected a cursor, found ${request.cursor}`);
    const serverTime = new Date().toISOString();
    const clockOffsetMs = Date.parse(serverTime) - Date.parse(request.now);
    const commands = request.commands.map(prepareCommand);
    const pushed = await push(store, cache, {
      workspace,
      device: deviceId,
      cursor,
      commands,
      serverTime,
      clockOffsetMs,
    });
    if (pushed.outcome !== "judged") return { outcome: "problem", problem: pushed.problem };
    const limits = { events: pageEvents, bytes: 1_000_000 };
    const page = await pull(store, { workspace, device: deviceId, cursor, limits });
    if (page.outcome !== "page")
      return { outcome: "problem", problem: problem("history-changed", 409, page.outcome) };
    const body: SyncResponse = {
      serverTime,
      verdicts: [...pushed.verdicts],
      events: page.rows.map(eventOf),
      cursor: formatCursor(page.cursor),
      more: page.cursor.position < page.head,
      head: page.head,
      knownSeq: page.knownSeq,
    };
    // Over the wire everything is a copy.
    return { outcome: "answered", body: JSON.parse(JSON.stringify(body)) as SyncResponse };
  };

  /** Who asks, as its token would say. */
  const callerOf = async (device: string): Promise<TokenOwner> => {
    const row = await store.inWorkspace(workspace, (tx) => tx.findDevice(device));
    return { workspace, device, root: row?.root ?? device };
  };
  const succeed: ExchangePorts["succeed"] = async ({ deviceId, deviceName }, drawn) => {
    const asked = { successorOf: deviceId, device: { ...drawn, name: deviceName } };
    const joining = await joinAsSuccessor(store, await callerOf(deviceId), asked, new Date());
    if ("joined" in joining) return { outcome: "answered", body: joining.joined };
    return { outcome: "problem", problem: joining.problem };
  };

  const askChain: ExchangePorts["askChain"] = async ({ deviceId: device }, positions) =>
    replyOf(await chain({ store }, await callerOf(device), positions));
  const giveBack: ExchangePorts["giveBack"] = async ({ deviceId: device }, request) =>
    replyOf(await resupply({ store, cache, clock: () => new Date() }, await callerOf(device), request));
  const states: KeptStates = {
    from: options.statesFrom ?? Number.POSITIVE_INFINITY,
    follow: async () => {},
    stop: async () => {},
  };
  const askStates: ExchangePorts["askStates"] = async ({ deviceId: device }, { part, after }) => {
    const asked = after === undefined ? { part } : { part, after };
    const page = await readStatesPage({ store, states }, await callerOf(device), asked);
    if (typeof page !== "string") return { outcome: "problem", problem: page };
    return { outcome: "answered", body: v.parse(statesPageSchema, JSON.parse(page)) };
  };
  const server: TestServer = {
    answer,
    ports: { succeed, askChain, giveBack, askStates },
    followStates: async () => {
      while ((await followStates(store, workspace)) === "more");
    },
    backUp: () => store.copy(),
    restore: (backup) => {
      store = backup;
      cache = makeStateCache();
    },
  };
  let devices = 0;

  const join = async (role: Role, name = `${role} ${devices + 1}`): Promise<Member> => {
    devices += 1;
    const id = uuid(100 + devices);
    const code = `D${devices + 1}`;
    const row = {
      id,
      code,
      name,
      role,
      tokenHash: `hash-${id}`,
      joinedBy: "test",
      root: id,
      joinedAt: new Date().toISOString(),
      lastSeenAt: null,
      revokedAt: null,
    };
    if (devices === 1) {
      await store.createWorkspace(
        { id: workspace, name: someSettings.name, createdAt: row.joinedAt, owner: row },
        true,
      );
    } else {
      await store.inWorkspace(workspace, (tx) => tx.insertDevice(row));
    }
    const identity: Identity = {
      deviceId: id,
      code,
      deviceName: name,
      workspaceId: workspace,
      workspaceName: someSettings.name,
      joined: { token: "x".repeat(43), role, origin: "https://docket.test" },
    };
    const storage = freshStorage();
    await createDatabase(`docket-${id}`, identity, storage);
    return aMember(await openDevice(`docket-${id}`, storage), storage, server);
  };

  const owner = await join("owner");
  await setUp(owner.device, workspace, someSettings);
  await owner.sync();
  return { server, owner, join };
}

function replyOf<Body>(answer: { readonly value: Body } | { readonly problem: Problem }): Reply<Body> {
  if ("problem" in answer) return { outcome: "problem", problem: answer.problem };
  // Over the wire everything is a copy.
  return { outcome: "answered", body: JSON.parse(JSON.stringify(answer.value)) as Body };
}

/** The means to sync an open device by hand. */
async function aMember(device: Device, storage: DeviceStorage, server: TestServer): Promise<Member> {
  const fence = await takeFence(device.db);
  const direct: ExchangePorts["post"] = (identity, request) => server.answer(identity.deviceId, request);
  const exchange = (post = direct) =>
    exchangeOnce(
      device,
      { ...server.ports, post, nowMs: () => Date.now() },
      { fence, commandsMax: 200, suspects: new Set() },
    );
  const sync = async () => {
    for (let turns = 0; turns < 200; turns += 1) {
      const result = await exchange();
      if (result.outcome !== "passed")
        throw new Error(`expected the exchange to pass, found ${JSON.stringify(result)}`);
      if (!result.again) return;
    }
    throw new Error("expected sync to come to rest within 200 exchanges");
  };
  return { device, storage, exchange, sync };
}

/** Everything that must be the same on every device with the same cursor and an empty outbox (L9). */
export async function readModelOf({ db }: Device) {
  const model = (await db.meta.get("readModel"))?.value as { readonly generation: number };
  const place = (await db.meta.get("place"))?.value as { readonly position: number; readonly hash: string };
  const sums = (await db.sums.toArray()).filter(({ key }) => key.startsWith(`${model.generation}/`));
  return {
    position: place.position,
    hash: place.hash,
    // A stream whose only command was taken back has no event: nothing stands there.
    // Whether a stream came as a state or as events is each device's own affair.
    streams: (await db.streams.toArray())
      .filter((row) => row.confirmed.version > 0 || row.waiting !== undefined)
      .map(({ base: _base, ...row }) => row),
    sums: sums.map(({ key, amounts }) => [key.slice(key.indexOf("/")), amounts]),
  };
}
