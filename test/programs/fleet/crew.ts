import type { TakenOrder } from "../../support/take-order.ts";
import { type CaughtUp, type FleetDevice, joinFleet } from "./fleet-device.ts";
import type { TrafficReport } from "./traffic.ts";

/** What one device did until all of it was sent. */
export interface Sending extends TrafficReport {
  readonly device: string;
}

/** Some devices of the fleet, in this process or in one of their own. Every answer is plain data. */
export interface Crew {
  readonly join: (joining: Joining) => Promise<void>;
  /** Every device takes so many orders; the server need not be there. */
  readonly takeOrders: (each: number) => Promise<readonly TakenOrder[]>;
  /** Opens every app, as people do who look for the network: each tries, and waits for its next try. */
  readonly open: () => Promise<void>;
  /** There is a network again, for all at the same moment. Tells what happened once all is sent, or after `msMax`. */
  readonly reconnect: (msMax: number) => Promise<readonly Sending[]>;
  /** Devices read the log to `head`, a few at a time, since each holds it in memory. `only`: so many of them. */
  readonly catchUp: (head: number, only: number) => Promise<readonly CaughtUp[]>;
  /** Errors that sync reported as its own. */
  readonly errors: () => Promise<readonly string[]>;
}

export interface Joining {
  readonly origin: string;
  readonly devices: readonly { readonly name: string; readonly code: string }[];
}

/** How many devices of one process hold the whole log at one moment. */
const atOnce = 2;

/** Devices in this process. */
export function makeCrew(): Crew {
  const devices: FleetDevice[] = [];
  const errors: string[] = [];
  const report = (error: unknown) => void errors.push(String(error));
  return {
    join: async ({ origin, devices: joining }) => {
      for (const { name, code } of joining) devices.push(await joinFleet(origin, code, name, report));
    },
    takeOrders: async (each) => {
      const taken: TakenOrder[] = [];
      for (const device of devices) taken.push(...(await device.takeOrders(each)));
      return taken;
    },
    open: async () => {
      for (const device of devices) device.open();
    },
    reconnect: async (msMax) => {
      for (const device of devices) device.online();
      await beforeLimit(
        msMax,
        Promise.all(devices.map((device) => device.allSent.then(() => device.pocket()))),
      );
      for (const device of devices) device.pocket();
      return devices.map(({ name, traffic }) => ({ device: name, ...traffic.report() }));
    },
    catchUp: async (head, only) => {
      const queue = devices.splice(0, only);
      const found: CaughtUp[] = [];
      const work = async () => {
        for (let device = queue.shift(); device !== undefined; device = queue.shift())
          found.push(await device.catchUp(head));
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return found;
    },
    errors: async () => errors,
  };
}

async function beforeLimit(msMax: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, msMax);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
