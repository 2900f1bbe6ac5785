import type { Store } from "../../store/store.ts";
import { makeSender, type SenderPorts } from "./sender.ts";

/** The sender at work. */
export interface RunningSender {
  /** Something may be due now. */
  readonly wakeUp: () => void;
  readonly stop: () => Promise<void>;
}

/** How often the doors are looked at: what other processes wrote, and what is due again. */
const lookMs = 1_000;

/** Lets the sender look whenever it is woken, when something under way has ended, and now and then. */
export function startSender(store: Store, ports: SenderPorts): RunningSender {
  const sender = makeSender(store, { ...ports, onSettled: () => wakeUp() });
  let looking: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const lookOn = async () => {
    do {
      again = false;
      await sender.look();
    } while (again && !stopped);
    looking = undefined;
  };
  const wakeUp = () => {
    if (stopped) return;
    again = true;
    looking ??= lookOn();
  };
  const timer = setInterval(wakeUp, lookMs);
  return {
    wakeUp,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await looking;
      await sender.stop();
    },
  };
}
