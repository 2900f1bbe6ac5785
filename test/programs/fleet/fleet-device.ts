import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { mustMeta } from "../../../src/device/storage/meta.ts";
import { countOrders } from "../../../src/device/views/queries.ts";
import { joinWorkspace } from "../../../src/sync/calls/joining.ts";
import { type Syncing, startSync } from "../../../src/sync/contexts/start-sync.ts";
import { makeNodeWorld } from "../../support/node-world.ts";
import { type TakenOrder, takeOrder } from "../../support/take-order.ts";
import { makeTraffic, type Traffic } from "./traffic.ts";

/** What a device holds once it has read the log to its end. */
export interface CaughtUp {
  readonly device: string;
  readonly position: number;
  readonly hash: string;
  /** Commands that are still in the outbox, in whatever state. */
  readonly left: number;
  readonly balanced: boolean;
  readonly created: number;
  readonly placedOrders: number;
  /** From when it began to read until it had all. */
  readonly tookMs: number;
}

/** A device of the fleet: the real device and sync code over real HTTP, on an IndexedDB in memory. */
export interface FleetDevice {
  readonly name: string;
  readonly traffic: Traffic;
  readonly takeOrders: (count: number) => Promise<readonly TakenOrder[]>;
  /** Opens the app: from now on it syncs as a page does, hints included. */
  readonly open: () => void;
  /** The platform says that there is a network again. */
  readonly online: () => void;
  /** Resolves when the server has answered for every command that was taken here. */
  readonly allSent: Promise<void>;
  /** Puts the device away: no sync until it is opened again. */
  readonly pocket: () => void;
  /** Reads the log to `head` at least, tells what is here then, and gives the storage back. */
  readonly catchUp: (head: number) => Promise<CaughtUp>;
}

/** Joins by an invite's code, as a person would. */
export async function joinFleet(
  origin: string,
  code: string,
  name: string,
  report: (error: unknown) => void,
): Promise<FleetDevice> {
  const storage = { indexedDB: new IDBFactory(), IDBKeyRange };
  const joined = await joinWorkspace({ origin, code, deviceName: name }, storage);
  if (!joined.ok) throw new Error(`expected ${name} to join, found ${joined.trouble}`);
  const { device } = joined;
  const traffic = makeTraffic();
  const world = makeNodeWorld({ report, overPost: traffic.watch });
  let syncing: Syncing | undefined;
  const open = () => {
    syncing ??= startSync(device, world);
  };
  const pocket = () => {
    syncing?.stop();
    syncing = undefined;
  };
  return {
    name,
    traffic,
    takeOrders: async (count) => {
      const taken: TakenOrder[] = [];
      for (let order = 0; order < count; order += 1) taken.push(await takeOrder(device, order));
      traffic.expect(taken.flatMap(({ commands }) => commands));
      return taken;
    },
    open,
    online: world.online,
    allSent: traffic.allSent,
    pocket,
    catchUp: async (head) => {
      const startedMs = Date.now();
      open();
      await untilHere(device, head);
      pocket();
      const tookMs = Date.now() - startedMs;
      const held = await whatIsHere(device);
      device.close();
      return { device: name, tookMs, ...held };
    },
  };
}

const lookEveryMs = 100;

async function untilHere({ db }: Device, head: number): Promise<void> {
  for (;;) {
    const { position } = await mustMeta(db, "place");
    if (position >= head && (await db.outbox.count()) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

async function whatIsHere({ db }: Device): Promise<Omit<CaughtUp, "device" | "tookMs">> {
  const { position, hash } = await mustMeta(db, "place");
  const { balanced, created } = await checkLedger(db);
  const counts = await countOrders(db);
  if (counts === undefined) throw new Error("expected counts, found a rebuild");
  return { position, hash, balanced, created, left: await db.outbox.count(), placedOrders: counts.placed };
}
