import { createDatabase, setUp } from "../../../src/device/create-device.ts";
import { openDevice } from "../../../src/device/open-device.ts";
import type { Device, DeviceStorage } from "../../../src/device/storage/device.ts";
import type { Identity } from "../../../src/device/storage/rows.ts";
import type { Role } from "../../../src/domain/role.ts";
import type { WriteLimits } from "../../../src/server/http/write-quota.ts";
import { sha256Hex } from "../../../src/server/sha256-hex.ts";
import { type MemoryStore, makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { followStates } from "../../../src/server/sync/follow-states.ts";
import type { KeptStates } from "../../../src/server/sync/keep-states.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { makeServerCalls, type ServerCalls } from "../../../src/sync/contexts/server-calls.ts";
import { type Exchanged, type ExchangePorts, exchangeOnce } from "../../../src/sync/engine/exchange.ts";
import { takeFence } from "../../../src/sync/engine/run.ts";
import { freshStorage, someSettings } from "../../device/support/a-device.ts";
import { uuid } from "../../domain/builders.ts";
import { copyOfDisk } from "../../programs/simulation/virtual-storage.ts";
import { overTheWire } from "../../support/over-the-wire.ts";
import { syncRoutes, tokensOf } from "../../support/sync-routes.ts";

const workspace = uuid(1);

/**
 * A server of one workspace: the real judging and paging over a store in memory, asked through the real calls of a
 * device, whose requests and answers go over the wire (`over-the-wire`).
 */
export interface TestServer {
  readonly ports: ServerCalls;
  /** Folds the log into the kept states, to its end. */
  readonly followStates: () => Promise<void>;
  /** Takes a device's access back. */
  readonly revoke: (device: string) => Promise<void>;
  /** What a backup of it would be now; `restore` puts it back. */
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
 * Starts a server with an owner's device that has set the workspace up; `copy` makes another of a member's profile, as
 * when its folder is copied. `pageEvents` makes small pages; with
 * `statesFrom` a device begins with states when the log has so many events.
 */
export async function aFleet(
  options: {
    readonly pageEvents?: number;
    readonly statesFrom?: number;
    readonly writeLimits?: WriteLimits;
  } = {},
) {
  let store = makeMemoryStore();
  let cache = makeStateCache();
  const { pageEvents = 1_000, statesFrom = Number.POSITIVE_INFINITY } = options;
  const faults: string[] = [];
  const states: KeptStates = { from: statesFrom, follow: async () => {}, stop: async () => {} };
  const wireTo = (to: MemoryStore) => {
    const tokens = tokensOf(to);
    const limits = options.writeLimits === undefined ? {} : { writeLimits: options.writeLimits };
    const parts = { store: to, cache, clock: () => new Date(), states, tokens, pageEvents };
    return overTheWire(syncRoutes({ ...parts, ...limits }), tokens, (words) => void faults.push(words));
  };
  let wire = wireTo(store);
  const server: TestServer = {
    ports: withoutFaults(
      makeServerCalls(Date.now, (...asked) => wire(...asked)),
      faults,
    ),
    followStates: async () => {
      while ((await followStates(store, cache, workspace)) === "more");
    },
    revoke: (device) =>
      store.inWorkspace(workspace, (tx) => tx.updateLineage(device, { revokedAt: new Date().toISOString() })),
    backUp: () => store.copy(),
    restore: (backup) => {
      store = backup.copy();
      cache = makeStateCache();
      wire = wireTo(store);
    },
  };
  let devices = 0;

  const join = async (
    role: Role,
    name = `${role} ${devices + 1}`,
    storage = freshStorage(),
  ): Promise<Member> => {
    devices += 1;
    const id = uuid(100 + devices);
    const code = `D${devices + 1}`;
    const token = id.replaceAll("-", "").padEnd(43, "x");
    const row = {
      id,
      code,
      name,
      role,
      tokenHash: sha256Hex(token),
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
      joined: { token, role, origin: "https://docket.test" },
    };
    await createDatabase(`docket-${id}`, identity, storage);
    return open(`docket-${id}`, storage);
  };
  /** Opens the database of a member again, such as one on a copy of its disk. */
  const open = async (database: string, storage: DeviceStorage): Promise<Member> =>
    aMember(await openDevice(database, storage), storage, server);

  const copy = async ({ device, storage }: Member): Promise<Member> => {
    const disk = copyOfDisk(storage);
    return aMember(await openDevice(device.db.name, disk), disk, server);
  };

  const owner = await join("owner");
  await setUp(owner.device, workspace, someSettings);
  await owner.sync();
  return { server, owner, join, open, copy };
}

/** Calls that throw once something was said that no honest device and server say to each other. */
function withoutFaults(calls: ServerCalls, faults: readonly string[]): ServerCalls {
  const checked =
    <Asked extends readonly unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      const answer = await ask(...asked);
      if (faults.length > 0) throw new Error(faults.join("\n"));
      return answer;
    };
  return {
    post: checked(calls.post),
    askSuccessor: checked(calls.askSuccessor),
    handOver: checked(calls.handOver),
    askChain: checked(calls.askChain),
    giveBack: checked(calls.giveBack),
    askStates: checked(calls.askStates),
  };
}

/** The means to sync an open device by hand. */
async function aMember(device: Device, storage: DeviceStorage, server: TestServer): Promise<Member> {
  const fence = await takeFence(device.db);
  const exchange = (post = server.ports.post) =>
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
    sums: sums.map(({ key, ...sums }) => [key.slice(key.indexOf("/")), sums]),
  };
}
