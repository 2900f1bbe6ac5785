import { randomUUID } from "node:crypto";
import type { SqlDriver } from "./sql-driver.ts";
import type { Store, Wake } from "./store.ts";

type WakeUps = Pick<Store, "announce" | "listen"> & { readonly stop: () => Promise<void> };

/**
 * Wake-ups within this process at once, and across processes through the database's notifications, which say whose they
 * are: what comes back to the process that sent it was told here before. They are sent
 * after the commit, never inside of it (there they would take a lock that all commits share), and bundled: while one
 * message is on its way, only the newest head per workspace waits. All of it is a hint; polling is the safety net.
 */
export async function makeWakeUps(driver: SqlDriver): Promise<WakeUps> {
  const listeners = new Set<(wake: Wake) => void>();
  const waiting = new Map<string, Wake>();
  const self = randomUUID();
  let sending: Promise<void> | undefined;
  const tell = (wake: Wake) => {
    for (const listener of listeners) listener(wake);
  };
  const send = async () => {
    while (waiting.size > 0) {
      const payloads = [...waiting.values()].map((wake) => JSON.stringify({ ...wake, by: self }));
      waiting.clear();
      // A lost hint costs latency, nothing else: the next one carries a newer head.
      await driver.notify(payloads).catch(() => {});
    }
    sending = undefined;
  };
  const unlisten = await driver.listen((payload) => {
    const wake = findWake(payload, self);
    if (wake !== undefined) tell(wake);
  });
  return {
    announce: (wake) => {
      tell(wake);
      if (wake.kind === "head") waiting.set(wake.workspace, headOf(wake));
      else waiting.set(`${wake.workspace}/${wake.device}`, wake);
      sending ??= send();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: async () => {
      await sending;
      await unlisten();
    },
  };
}

/** What other processes are told of a head: they read the events. */
function headOf({ kind, workspace, head }: Extract<Wake, { kind: "head" }>): Wake {
  return { kind, workspace, head };
}

/** Reads a notification; our own, and a stranger's text on the same channel, are nothing to us. */
function findWake(payload: string, self: string): Wake | undefined {
  try {
    const parsed: unknown = JSON.parse(payload);
    if (typeof parsed !== "object" || parsed === null || !("kind" in parsed) || !("workspace" in parsed))
      return undefined;
    const { kind, workspace } = parsed;
    if ("by" in parsed && parsed.by === self) return undefined;
    if (typeof workspace !== "string") return undefined;
    if (kind === "head" && "head" in parsed && typeof parsed.head === "number") {
      return { kind, workspace, head: parsed.head };
    }
    if (kind === "revoked" && "device" in parsed && typeof parsed.device === "string") {
      return { kind, workspace, device: parsed.device };
    }
    return undefined;
  } catch {
    return undefined;
  }
}
