import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { openDevice } from "../../src/device/open-device.ts";
import type { Device, DeviceStorage } from "../../src/device/storage/device.ts";
import { joinWorkspace } from "../../src/sync/calls/joining.ts";
import type { SyncWorld } from "../../src/sync/contexts/browser-world.ts";
import { type Syncing, startSync } from "../../src/sync/contexts/start-sync.ts";
import { makeNodeWorld, outcomeOf } from "./node-world.ts";

/** A wait that sync has begun: how long it would be, and the outcome of the exchange before it. */
export interface Rest {
  readonly delayMs: number;
  /** The status of the last answer, or why there was none. */
  readonly last: string;
}

/** A real device over real HTTP whose timers ring when a test says so: how fast a machine is decides nothing. */
export interface DrivenDevice {
  readonly device: () => Device;
  /** Starts to sync, and resolves when the first wait begins. */
  readonly start: () => Promise<Rest>;
  /** Rings the timer that is due, and resolves when the next wait begins. */
  readonly ring: () => Promise<Rest>;
  /** The next wait that begins, whatever ends this one. */
  readonly nextRest: () => Promise<Rest>;
  /** Rings until nothing is left to send and nothing fails any more. Tells how often it failed on the way. */
  readonly ringUntilSent: () => Promise<number>;
  /** What a page does when it becomes visible. */
  readonly wake: () => void;
  /** Whether a wait goes on: nothing is in flight. */
  readonly isWaiting: () => boolean;
  readonly stop: () => void;
  /** The browser is killed and opened again: what was in memory is gone, what was saved is there. */
  readonly reopen: () => Promise<void>;
}

/** Joins by an invite's code. `withHints`: it also listens to live hints, which come when they come. */
export async function aDrivenDevice(
  origin: string,
  code: string,
  options: { readonly withHints?: boolean } = {},
): Promise<DrivenDevice> {
  const storage: DeviceStorage = { indexedDB: new IDBFactory(), IDBKeyRange };
  const joined = await joinWorkspace({ origin, code, deviceName: "Van" }, storage);
  if (!joined.ok) throw new Error(`expected to join, found ${joined.trouble}`);
  let device = joined.device;
  let syncing: Syncing | undefined;
  let timer: (() => void) | undefined;
  let rested: ((delayMs: number) => void)[] = [];
  const errors: unknown[] = [];
  let last = "";
  const overPost =
    (post: SyncWorld["post"]): SyncWorld["post"] =>
    async (identity, request) => {
      const reply = await post(identity, request);
      last = outcomeOf(reply);
      return reply;
    };
  const realWorld = makeNodeWorld({ report: (error) => void errors.push(error), overPost });
  const world = {
    ...realWorld,
    // The least of every wait.
    luck: () => 0,
    setTimer: (delayMs: number, ring: () => void) => {
      timer = ring;
      const told = rested;
      rested = [];
      for (const tell of told) tell(delayMs);
      return () => {
        timer = undefined;
      };
    },
    startHints: options.withHints === true ? realWorld.startHints : () => ({ stop: () => {} }),
  };
  const nextRest = async (): Promise<Rest> => {
    const delayMs = await new Promise<number>((resolve) => void rested.push(resolve));
    if (errors.length > 0) throw new Error("sync reported an error", { cause: errors[0] });
    return { delayMs, last };
  };
  const ring = () => {
    const next = nextRest();
    const due = timer;
    if (due === undefined) throw new Error("expected a timer that is due: an exchange is in flight");
    timer = undefined;
    due();
    return next;
  };
  const stop = () => {
    syncing?.stop();
    syncing = undefined;
    timer = undefined;
  };
  return {
    device: () => device,
    start: () => {
      const first = nextRest();
      syncing = startSync(device, world);
      return first;
    },
    ring,
    nextRest,
    ringUntilSent: async () => {
      for (let failures = 0; ; ) {
        const rest = await ring();
        const pending = await device.db.outbox.where("state").equals("pending").count();
        if (rest.last !== "200") failures += 1;
        else if (pending === 0) return failures;
      }
    },
    wake: () => syncing?.wake(),
    isWaiting: () => timer !== undefined,
    stop,
    reopen: async () => {
      stop();
      const { name } = device.db;
      device.close();
      device = await openDevice(name, storage);
    },
  };
}
