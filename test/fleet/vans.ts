/**
 * A part of a fleet, in a process of its own: devices with the real code on an IndexedDB in memory. Takes orders without
 * a server, says so, waits for a line on standard input, and then all sync at once. Prints what it saw as a line of JSON.
 */
import "fake-indexeddb/auto";
import { once } from "node:events";
import { createDatabase, type Device, openDevice } from "../../src/device/device.ts";
import { handleCommands } from "../../src/device/handle-command.ts";
import { checkLedger } from "../../src/device/ledger.ts";
import { mustMeta } from "../../src/device/meta.ts";
import type { KnownCommand } from "../../src/domain/kinds.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { type Lead, startLead, takeFence } from "../../src/sync/lead.ts";
import { serverCalls } from "../../src/sync/server-calls.ts";
import { aHeader, aLine } from "../domain/builders.ts";
import type { VansFound, VansTask } from "./run-fleet.ts";

const task = JSON.parse(process.argv[2] ?? "") as VansTask;
const statuses: Record<string, number> = {};
const pageEventsWhileSending = 50;
countAnswers();

const devices: Device[] = [];
for (const identity of task.identities) {
  await createDatabase(`docket-${identity.deviceId}`, identity);
  const device = await openDevice(`docket-${identity.deviceId}`);
  for (let count = 0; count < task.orders; count += 1) await takeOrder(device);
  devices.push(device);
}
// Whoever started it is gone: nobody would hear.
process.stdin.once("end", () => process.exit(1));
console.log("ready");
await once(process.stdin, "data");

const startedMs = performance.now();
const sentMs = await Promise.all(devices.map(sendAll));
const caughtUp = await Promise.all(devices.slice(0, task.catchUp).map(catchUp));
const ledgers = await Promise.all(devices.map(({ db }) => checkLedger(db)));
const found: VansFound = {
  sentMs,
  statuses,
  caughtUp,
  unbalanced: ledgers.filter(({ balanced }) => !balanced).length,
};
console.log(JSON.stringify(found));
process.exit(0);

/** An order of three lines, placed: five commands. */
async function takeOrder(device: Device): Promise<void> {
  const stream = orderStream(newId());
  const commands: readonly ((drawn: { readonly orderNumber: string }) => KnownCommand)[] = [
    ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
    ...[1, 2, 3].map((nr) => () => ({ type: "add-line", data: aLine(nr, { lineId: newId() }) }) as const),
    () => ({ type: "place-order", data: {} }),
  ];
  const handled = await handleCommands(
    device,
    commands.map((command) => ({ stream, command })),
  );
  if (handled.some(({ outcome }) => outcome !== "saved"))
    throw new Error(`expected all to be saved, found ${JSON.stringify(handled)}`);
}

async function lead(device: Device, post = serverCalls.post): Promise<Lead> {
  return startLead(device, await takeFence(device.db), {
    ...serverCalls,
    post,
    nowMs: () => Date.now(),
    luck: () => Math.random(),
    report: (error) => console.error(error),
    setTimer: (delayMs, ring) => {
      const timer = setTimeout(ring, delayMs);
      return () => clearTimeout(timer);
    },
  });
}

/**
 * Syncs until everything that was taken here is accepted. Tells how long that took, in ms since all began. Meanwhile it
 * fetches little: hundreds of copies of the whole log have no room in the memory of two processes.
 */
async function sendAll(device: Device): Promise<number> {
  const waiting = new Set((await device.db.outbox.toArray()).map(({ id }) => id));
  let isSent = () => {};
  const sent = new Promise<void>((resolve) => {
    isSent = resolve;
  });
  const leading = await lead(device, async (identity, request) => {
    const reply = await serverCalls.post(identity, { ...request, limit: pageEventsWhileSending });
    if (reply.outcome !== "answered") return reply;
    for (const { command, outcome } of reply.body.verdicts)
      if (outcome === "accepted" || outcome === "duplicate") waiting.delete(command);
    if (waiting.size === 0) isSent();
    return reply;
  });
  await sent;
  const tookMs = performance.now() - startedMs;
  leading.stop();
  await leading.ended;
  return tookMs;
}

/** Syncs until all of the log is here and the outbox is empty. Tells where that is. */
async function catchUp(device: Device): Promise<{ readonly position: number; readonly hash: string }> {
  const leading = await lead(device);
  for (;;) {
    const { position, hash, head } = await mustMeta(device.db, "place");
    if (position >= Math.max(head, task.events) && (await device.db.outbox.count()) === 0) {
      leading.stop();
      await leading.ended;
      return { position, hash };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Counts the answers by status, and the requests that got none. */
function countAnswers(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    const count = (what: string) => {
      statuses[what] = (statuses[what] ?? 0) + 1;
    };
    try {
      const answer = await real(...args);
      count(String(answer.status));
      return answer;
    } catch (error) {
      count("no answer");
      throw error;
    }
  };
}
