import { holdAsFailing } from "../../device/outbox/resolve.ts";
import { noteAttempt } from "../../device/storage/attempts.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { Device } from "../../device/storage/device.ts";
import { live } from "../../device/storage/live.ts";
import { findMeta, mustMeta, putMeta } from "../../device/storage/meta.ts";
import { storageFault } from "../../device/storage/storage-fault.ts";
import type { Between, SyncStatus, SyncTrouble } from "../../device/storage/sync-status.ts";
import { packTail } from "../../device/streams/log.ts";
import { type Exchanged, type ExchangePorts, exchangeOnce } from "./exchange.ts";
import { type StepEffect, type StepInput, type StepState, step, stopped } from "./step.ts";

/** What leading needs of the world beside an exchange's. `setTimer` calls back once; its result cancels. */
export interface LeadPorts extends ExchangePorts {
  readonly setTimer: (delayMs: number, ring: () => void) => () => void;
  readonly luck: () => number;
  /** Where an error goes that nobody expected. */
  readonly report: (error: unknown) => void;
}

/** One context that syncs: `wake` makes it try now, `lastProgressMs` says when it last got anywhere. */
export interface Lead {
  readonly wake: () => void;
  readonly stop: () => void;
  readonly lastProgressMs: () => number;
  /** Resolves when it no longer leads, stopped or robbed. */
  readonly ended: Promise<void>;
}

/** Takes the fence: from now on the late answers of whoever led before change nothing. */
export async function takeFence(db: DeviceDatabase): Promise<number> {
  return db.transaction("rw", db.meta, async () => {
    const place = await mustMeta(db, "place");
    const fence = place.fence + 1;
    await putMeta(db, "place", { ...place, fence });
    return fence;
  });
}

/** Syncs until stopped or robbed: feeds `step` with what happens and carries out what it answers. */
export function startLead(device: Device, fence: number, ports: LeadPorts): Lead {
  let state: StepState = stopped;
  let cancelTimer = () => {};
  let lastProgressMs = ports.nowMs();
  let lastSuccessAt: number | undefined;
  const aloneFailures = new Map<string, AloneFailures>();
  const skipped = new Set<string>();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const feed = (input: StepInput) => {
    const [next, effects] = step(state, input);
    state = next;
    for (const effect of effects) perform(effect);
    if (input.type === "stop") {
      watch.unsubscribe();
      end();
    }
  };

  const perform = (effect: StepEffect) => {
    switch (effect.type) {
      case "cancel-wait":
        cancelTimer();
        return;
      case "wait":
        cancelTimer();
        cancelTimer = ports.setTimer(effect.delayMs, () => feed({ type: "timer" }));
        return;
      case "exchange":
        exchange(effect.commandsMax).catch((error: unknown) => {
          // We were wrong: said loudly, and tried again later like any failure, so that nothing gets stuck.
          ports.report(error);
          failed({ outcome: "failed", trouble: "unexpected-answer", sent: [] }).catch(ports.report);
        });
    }
  };

  const exchange = async (commandsMax: number) => {
    if (await hasWork(device.db)) await show({ phase: "syncing" });
    const startedMs = ports.nowMs();
    const result = await exchangeOnce(device, ports, { fence, commandsMax, suspects: skipped });
    if (state.phase !== "exchanging") return;
    if (result.outcome === "robbed") return feed({ type: "stop" });
    lastProgressMs = ports.nowMs();
    await note(result, startedMs);
    if (state.phase !== "exchanging") return;
    if (result.outcome === "passed") await passed(result);
    else await failed(result);
  };

  const passed = async (result: Extract<Exchanged, { outcome: "passed" }>) => {
    lastSuccessAt = ports.nowMs();
    for (const id of result.sent) aloneFailures.delete(id);
    await holdGuilty(device, aloneFailures, ports.nowMs());
    const released = skipped.size > 0;
    skipped.clear();
    feed({ type: "passed", again: result.again || released, nowMs: ports.nowMs(), luck: ports.luck() });
    if (state.phase === "waiting") {
      await show({ phase: "idle" });
      await packTail(device.db);
    }
  };

  const failed = async (result: Extract<Exchanged, { outcome: "failed" }>) => {
    const [alone] = result.sent;
    const { trouble, retryAfterMs } = result;
    const between = result.between === undefined ? {} : { between: result.between };
    if (result.sent.length === 1 && alone !== undefined && blamesCommands(result)) {
      const times = (aloneFailures.get(alone)?.times ?? 0) + 1;
      aloneFailures.set(alone, { times, code: result.between ?? trouble });
      skipped.add(alone);
    }
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    feed({
      type: "failed",
      trouble,
      ...between,
      commands: result.sent.length,
      ...wait,
      nowMs: ports.nowMs(),
      luck: ports.luck(),
    });
    if (state.phase === "waiting")
      await show({ phase: "waiting", trouble, ...between, nextAttemptAt: state.dueMs });
  };

  const show = async (status: Pick<SyncStatus, "phase" | "trouble" | "between" | "nextAttemptAt">) => {
    try {
      await writeStatus(
        device.db,
        fence,
        lastSuccessAt === undefined ? status : { ...status, lastSuccessAt },
      );
    } catch (error) {
      // A storage that takes no status takes no answer either: that is what is tried again.
      storageFault(error);
    }
  };

  /** Keeps what came of it, for a support file. */
  const note = async (result: Exclude<Exchanged, { outcome: "robbed" }>, startedMs: number) => {
    const nowMs = ports.nowMs();
    const outcome = result.outcome === "passed" ? "passed" : result.trouble;
    const between =
      result.outcome === "failed" && result.between !== undefined ? { between: result.between } : {};
    try {
      await noteAttempt(device.db, {
        at: new Date(nowMs).toISOString(),
        tookMs: nowMs - startedMs,
        outcome,
        ...between,
        sent: result.sent.length,
      });
    } catch (error) {
      // As with the status: a storage that takes no note takes no answer either.
      storageFault(error);
    }
  };

  let seqSeen: number | undefined;
  const watch = live(() => findMeta(device.db, "counters")).subscribe((counters) => {
    if (seqSeen !== undefined && counters?.seq !== seqSeen) feed({ type: "wake" });
    seqSeen = counters?.seq;
  });
  feed({ type: "start" });
  return {
    wake: () => feed({ type: "wake" }),
    stop: () => feed({ type: "stop" }),
    lastProgressMs: () => lastProgressMs,
    ended,
  };
}

/**
 * Whether a failure may be a command's own fault: the server failed on it, a proxy would not let it through, or the
 * connection broke on it. One that fails alone is left out until an exchange without it has passed, so an outage
 * counts once at most, however long it lasts.
 */
export function blamesCommands(failed: {
  readonly trouble: SyncTrouble;
  readonly between?: Between;
}): boolean {
  if (failed.between !== undefined) return failed.between === "refuses" || failed.between === "too-large";
  return suspicious.has(failed.trouble);
}

const suspicious: ReadonlySet<SyncTrouble> = new Set([
  "server-busy",
  "unexpected-answer",
  "unreachable",
  "not-our-server",
]);

/** How often a command may fail alone, while others pass, before it is held. */
const aloneFailuresMax = 3;

/** How often a command failed alone, and what the last failure was: a trouble, or what stood between. */
interface AloneFailures {
  readonly times: number;
  readonly code: SyncTrouble | Between;
}

/** After an exchange that passed: a command that failed alone often enough before is held, visibly. */
async function holdGuilty(
  device: Device,
  failures: Map<string, AloneFailures>,
  nowMs: number,
): Promise<void> {
  const guilty = new Map([...failures].filter(([, { times }]) => times >= aloneFailuresMax));
  if (guilty.size === 0) return;
  for (const id of guilty.keys()) failures.delete(id);
  const rows = await device.db.outbox
    .where("id")
    .anyOf([...guilty.keys()])
    .toArray();
  for (const { seq, id } of rows)
    await holdAsFailing(device, seq, guilty.get(id)?.code ?? "server-busy", nowMs);
}

/** Whether there is anything to do that people should see as "syncing". */
async function hasWork(db: DeviceDatabase): Promise<boolean> {
  const place = await mustMeta(db, "place");
  const beginning = await findMeta(db, "beginning");
  if (beginning !== undefined && beginning.part !== "whole") return true;
  return place.position < place.head || (await db.outbox.where("state").equals("pending").count()) > 0;
}

/** Writes what sync does for every tab to show, unless another context leads by now. */
async function writeStatus(
  db: DeviceDatabase,
  fence: number,
  status: Pick<SyncStatus, "phase" | "trouble" | "between" | "nextAttemptAt" | "lastSuccessAt">,
): Promise<void> {
  await db.transaction("rw", db.meta, async () => {
    const [place, before, beginning] = await Promise.all([
      mustMeta(db, "place"),
      mustMeta(db, "status"),
      findMeta(db, "beginning"),
    ]);
    if (place.fence !== fence) return;
    const kept = before.lastSuccessAt === undefined ? {} : { lastSuccessAt: before.lastSuccessAt };
    const { position, head } = place;
    const progress =
      beginning === undefined || beginning.part === "whole"
        ? {}
        : { beginning: { done: beginning.done, total: beginning.total } };
    await putMeta(db, "status", { ...kept, ...status, ...progress, position, head });
  });
}
