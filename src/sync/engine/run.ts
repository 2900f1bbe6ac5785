import { holdAsFailing } from "../../device/outbox/resolve.ts";
import { noteAttempt } from "../../device/storage/attempts.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { Device } from "../../device/storage/device.ts";
import { live } from "../../device/storage/live.ts";
import { findMeta, mustMeta, putMeta } from "../../device/storage/meta.ts";
import { findStorageFault } from "../../device/storage/storage-fault.ts";
import type { SyncStatus } from "../../device/storage/sync-status.ts";
import { packTail } from "../../device/streams/log.ts";
import type { Guilty } from "./blame.ts";
import { type Exchanged, type ExchangePorts, exchangeOnce } from "./exchange.ts";
import { type StepEffect, type StepInput, type StepState, step, stopped } from "./step.ts";

/** What leading needs of the world beside an exchange's. `setTimer` calls back once; its result cancels. */
export interface LeadPorts extends ExchangePorts {
  readonly setTimer: (delayMs: number, ring: () => void) => () => void;
  readonly luck: () => number;
  /** Where an error goes that nobody expected. */
  readonly report: (error: unknown) => void;
}

/** One context that syncs: `wake` makes it try now. */
export interface Lead {
  readonly wake: () => void;
  readonly stop: () => void;
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
  const { db } = device;
  const status = makeStatus(db, fence, ports);
  let state: StepState = stopped;
  let cancelTimer = () => {};
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const feed = (input: StepInput) => {
    const [next, effects] = step(state, input);
    state = next;
    perform(effects).catch(ports.report);
    if (input.type === "stop") {
      watch.unsubscribe();
      end();
    }
  };

  const perform = async (effects: readonly StepEffect[]) => {
    for (const effect of effects) {
      switch (effect.type) {
        case "cancel-wait":
          cancelTimer();
          break;
        case "settle":
          cancelTimer();
          cancelTimer = ports.setTimer(effect.delayMs, () => feed({ type: "timer" }));
          break;
        case "wait":
          cancelTimer();
          cancelTimer = ports.setTimer(effect.delayMs, () => feed({ type: "timer" }));
          await rest(effect);
          break;
        case "hold":
          await tolerate(ports, () => holdAll(device, effect.guilty, ports.nowMs()));
          break;
        case "exchange":
          // Held up by what came before it, it may have been stopped meanwhile.
          if (state.phase === "exchanging" && state.turn === effect.turn) await exchange(effect);
      }
    }
  };

  const exchange = async ({ turn, ...wanted }: Extract<StepEffect, { type: "exchange" }>) => {
    feed(await endOf(device, ports, { fence, turn, ...wanted }, status));
  };

  const rest = async ({ trouble, between, dueMs }: Extract<StepEffect, { type: "wait" }>) => {
    if (trouble === undefined) {
      await status.show({ phase: "idle" });
      await tolerate(ports, () => packTail(db));
      return;
    }
    const why = between === undefined ? { trouble } : { trouble, between };
    await status.show({ phase: "waiting", ...why, nextAttemptAt: dueMs });
  };

  let seqSeen: number | undefined;
  const watch = live(() => findMeta(db, "counters")).subscribe((counters) => {
    const seq = counters?.seq;
    if (seqSeen !== undefined && seq !== undefined && seq !== seqSeen)
      feed({ type: "saved", seq, nowMs: ports.nowMs() });
    seqSeen = seq;
  });
  feed({ type: "start", as: "page" });
  return { wake: () => feed({ type: "wake" }), stop: () => feed({ type: "stop" }), ended };
}

/**
 * Runs one exchange and yields its end as an input for `step`; "robbed" becomes a stop. An unexpected error is
 * reported.
 */
async function endOf(
  device: Device,
  ports: LeadPorts,
  wanted: {
    readonly fence: number;
    readonly turn: number;
    readonly commandsMax: number;
    readonly suspects: readonly string[];
  },
  status: Status,
): Promise<StepInput> {
  const { fence, turn, commandsMax, suspects } = wanted;
  try {
    if (await hasWork(device.db)) await status.show({ phase: "syncing" });
    const startedMs = ports.nowMs();
    const result = await exchangeOnce(device, ports, { fence, commandsMax, suspects: new Set(suspects) });
    if (result.outcome === "robbed") return { type: "stop" };
    const nowMs = ports.nowMs();
    if (result.outcome === "passed") status.passedAt(nowMs);
    await tolerate(ports, () => noteAttempt(device.db, attemptOf(result, startedMs, nowMs)));
    return inputOf(result, turn, nowMs, ports.luck());
  } catch (error) {
    // Our mistake: it is reported, and retried later like any failure, so that nothing gets stuck.
    ports.report(error);
    const failed = { outcome: "failed", trouble: "unexpected-answer", sent: [] } as const;
    return inputOf(failed, turn, ports.nowMs(), ports.luck());
  }
}

/** The end of an exchange, as `step` is told it. */
export function inputOf(
  result: Exclude<Exchanged, { outcome: "robbed" }>,
  turn: number,
  nowMs: number,
  luck: number,
): StepInput {
  if (result.outcome === "passed") {
    const { outcome: _outcome, ...passed } = result;
    return { type: "passed", turn, ...passed, nowMs, luck };
  }
  const { outcome: _outcome, ...failed } = result;
  return { type: "failed", turn, ...failed, nowMs, luck };
}

/** What is noted about a try, for a support file. */
function attemptOf(result: Exclude<Exchanged, { outcome: "robbed" }>, startedMs: number, nowMs: number) {
  const isPassed = result.outcome === "passed";
  return {
    at: new Date(nowMs).toISOString(),
    tookMs: nowMs - startedMs,
    outcome: isPassed ? ("passed" as const) : result.trouble,
    ...(isPassed || result.between === undefined ? {} : { between: result.between }),
    sent: result.sent.length,
  };
}

/**
 * Does work that syncing does not depend on. If the storage cannot write this, it cannot write an answer either, and
 * that is retried. Any other error is ours and is reported; it stops nothing.
 */
async function tolerate(ports: Pick<LeadPorts, "report">, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (findStorageFault(error) === undefined) ports.report(error);
  }
}

async function holdAll(device: Device, guilty: readonly Guilty[], nowMs: number): Promise<void> {
  const codes = new Map(guilty.map(({ id, code }) => [id, code]));
  const rows = await device.db.outbox
    .where("id")
    .anyOf([...codes.keys()])
    .toArray();
  for (const { seq, id } of rows) await holdAsFailing(device, seq, codes.get(id) ?? "server-busy", nowMs);
}

/** What sync does, for every tab to show. */
interface Status {
  readonly show: (
    status: Pick<SyncStatus, "phase" | "trouble" | "between" | "nextAttemptAt">,
  ) => Promise<void>;
  readonly passedAt: (nowMs: number) => void;
}

function makeStatus(db: DeviceDatabase, fence: number, ports: Pick<LeadPorts, "report">): Status {
  let lastSuccessAt: number | undefined;
  return {
    show: (status) =>
      tolerate(ports, () =>
        writeStatus(db, fence, lastSuccessAt === undefined ? status : { ...status, lastSuccessAt }),
      ),
    passedAt: (nowMs) => {
      lastSuccessAt = nowMs;
    },
  };
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
