import { holdAsFailing } from "../../device/outbox/resolve.ts";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import type { Device } from "../../device/storage/device.ts";
import { live } from "../../device/storage/live.ts";
import { findMeta, mustMeta, putMeta } from "../../device/storage/meta.ts";
import { findStorageFault } from "../../device/storage/storage-fault.ts";
import { packTail } from "../../device/streams/log.ts";
import type { Guilty } from "./blame.ts";
import { type Exchanged, type ExchangePorts, exchangeOnce } from "./exchange.ts";
import { makeNotes, type Notes } from "./notes.ts";
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
  const notes = makeNotes(db, fence);
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
    feed(await endOf(device, ports, { fence, turn, ...wanted }, notes));
  };

  const rest = async ({ trouble, between, dueMs }: Extract<StepEffect, { type: "wait" }>) => {
    if (trouble === undefined) {
      await tolerate(ports, () => notes.show({ phase: "idle" }));
      await tolerate(ports, () => packTail(db));
      return;
    }
    const why = between === undefined ? { trouble } : { trouble, between };
    await tolerate(ports, () => notes.show({ phase: "waiting", ...why, nextAttemptAt: dueMs }));
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
  notes: Notes,
): Promise<StepInput> {
  const { fence, turn, commandsMax, suspects } = wanted;
  try {
    await tolerate(ports, () => notes.begin(ports.nowMs()));
    const selection = { fence, commandsMax, suspects: new Set(suspects) };
    const result = await exchangeOnce(device, ports, selection, notes);
    if (result.outcome === "robbed") return { type: "stop" };
    const nowMs = ports.nowMs();
    const { length: sent } = result.sent;
    if (result.outcome === "passed") await tolerate(ports, () => notes.passed(nowMs, sent));
    else notes.failed(nowMs, sent, whyOf(result));
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

function whyOf({ trouble, between }: Extract<Exchanged, { outcome: "failed" }>) {
  return { outcome: trouble, ...(between === undefined ? {} : { between }) };
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
