import type { Device } from "../../device/storage/device.ts";
import { startLiveHints } from "../calls/live-hints.ts";
import type { LeadPorts } from "../engine/run.ts";
import { askForPeriodicWakes, askForWake } from "./background.ts";
import { browserElection, type ElectionPorts } from "./election.ts";
import { makeServerCalls } from "./server-calls.ts";

/** All that syncing needs of the world; a simulation brings its own. */
export interface SyncWorld extends LeadPorts {
  readonly election: ElectionPorts;
  /** Listens to the server's hints: `heard` is called with each new head of its log. */
  readonly startHints: (device: Device, heard: (head: number) => void) => { readonly stop: () => void };
  readonly askForWake: () => Promise<boolean>;
  readonly askForPeriodicWakes: () => Promise<boolean>;
  /** Calls back when the browser believes that there is a network again, until what it returns is called. */
  readonly onOnline: (wake: () => void) => () => void;
}

/** The real world: the browser, real time, real random numbers, the server that the device has joined. */
export const browserWorld: SyncWorld = {
  ...makeServerCalls(() => Date.now()),
  nowMs: () => Date.now(),
  luck: () => Math.random(),
  report: (error) => reportError(error),
  setTimer: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
  election: browserElection,
  startHints: startLiveHints,
  askForWake,
  askForPeriodicWakes,
  onOnline: (wake) => {
    addEventListener("online", wake);
    return () => removeEventListener("online", wake);
  },
};
