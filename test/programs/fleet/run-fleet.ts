import { setTimeout as delay } from "node:timers/promises";
import { cpuMsOf, peakRssBytes } from "../../support/process-figures.ts";
import type { ProtocolClient } from "../../support/protocol-client.ts";
import { startWorkspaceAt } from "../../support/protocol-client.ts";
import type { RunningDocket } from "../../support/start-docket.ts";
import type { TakenOrder } from "../../support/take-order.ts";
import { checkLog } from "./check-log.ts";
import type { Crew, Sending } from "./crew.ts";
import type { CaughtUp } from "./fleet-device.ts";

/** What is to be played. */
export interface FleetPlan {
  readonly devices: number;
  readonly ordersEach: number;
  /** How many devices read the whole log afterwards. */
  readonly readers: number;
  /** Within which time all must be sent. */
  readonly sendMsMax: number;
  /** What the server's process may take in memory. */
  readonly rssBytesMax: number;
  /** Tells how far it is. */
  readonly say: (text: string) => void;
}

/** Its result; every text in `violations` is a broken promise. */
export interface FleetReport {
  readonly violations: readonly string[];
  readonly logLength: number;
  readonly commands: number;
  /** From the start of the server's process until a device had its last command answered, in ms, ascending. */
  readonly allSentMs: readonly number[];
  readonly sendings: readonly Sending[];
  readonly caughtUp: readonly CaughtUp[];
  readonly server: ServerFigures;
}

/** Of the server's process. Times in ms; `rssBytes` is the most it ever had. */
export interface ServerFigures {
  readonly rssBytes: number;
  /** Processor time until all was sent. */
  readonly sendCpuMs: number;
  readonly cpuMs: number;
  /** Requests to sync by their status, as the server has logged them, and how long each took. */
  readonly answered: readonly { readonly status: number; readonly ms: number }[];
}

/** Plays it against a server that `startDocket` has started with `LOG_LEVEL=info`. */
export async function runFleet(
  docket: RunningDocket,
  crews: readonly Crew[],
  plan: FleetPlan,
): Promise<FleetReport> {
  const { say, devices, ordersEach } = plan;
  const owner = await startWorkspaceAt(docket.url);
  await joinAll(owner, docket.url, crews, devices);
  say(`${devices} devices have joined`);

  await docket.kill();
  const taken = (await Promise.all(crews.map((crew) => crew.takeOrders(ordersEach)))).flat();
  say(`${taken.length} orders taken with no server there`);
  await Promise.all(crews.map((crew) => crew.open()));

  const startedMs = Date.now();
  await docket.restart();
  const sendings = (await Promise.all(crews.map((crew) => crew.reconnect(plan.sendMsMax)))).flat();
  const sendCpuMs = cpuMsOf(docket.pid());
  const allSentMs = sendings
    .flatMap(({ allSentAtMs }) => (allSentAtMs === undefined ? [] : [allSentAtMs - startedMs]))
    .sort((one, other) => one - other);
  say(`${allSentMs.length} devices have sent all, the last after ${allSentMs.at(-1)} ms`);

  const log = await readLog(owner);
  const head = { position: log.length, hash: log.at(-1)?.hash ?? "" };
  const caughtUp = await catchUpAll(crews, head.position, plan);
  say(`${caughtUp.length} devices have read all`);
  const commands = taken.reduce((sum, order) => sum + order.commands.length, 0);
  const server = {
    rssBytes: peakRssBytes(docket.pid()),
    sendCpuMs,
    cpuMs: cpuMsOf(docket.pid()),
    answered: answeredSyncs(docket.output()),
  };
  const errors = (await Promise.all(crews.map((crew) => crew.errors()))).flat();
  const violations = [
    ...checkTaken(taken, plan),
    ...checkLog(log, taken),
    ...checkSent(sendings, plan),
    ...caughtUp.flatMap((one) => checkCaughtUp(one, head, taken, plan)),
    ...errors.map((error) => `sync reported an error: ${error}`),
    ...(server.rssBytes > plan.rssBytesMax ? [`the server took ${server.rssBytes} bytes of memory`] : []),
  ];
  return { violations, logLength: log.length, commands, allSentMs, sendings, caughtUp, server };
}

/** Joins all devices, each by an invite of its own, all from one address. */
async function joinAll(
  owner: ProtocolClient,
  origin: string,
  crews: readonly Crew[],
  count: number,
): Promise<void> {
  const invited: { readonly name: string; readonly code: string }[] = [];
  for (let device = 1; device <= count; device += 1)
    invited.push({ name: `Van ${device}`, code: await owner.invite("rep") });
  const shares = crews.map((_, crew) => invited.filter((_, index) => index % crews.length === crew));
  await Promise.all(crews.map((crew, index) => crew.join({ origin, devices: shares[index] ?? [] })));
}

/** The whole log, also when the server is still busy with those who had not sent all in time. */
async function readLog(owner: ProtocolClient): Promise<Awaited<ReturnType<ProtocolClient["pullAll"]>>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await owner.pullAll();
    } catch (error) {
      if (tries === readTriesMax) throw error;
      await delay(readPauseMs);
    }
  }
}

const readTriesMax = 10;
const readPauseMs = 5_000;

async function catchUpAll(
  crews: readonly Crew[],
  head: number,
  plan: FleetPlan,
): Promise<readonly CaughtUp[]> {
  const share = Math.ceil(plan.readers / crews.length);
  return (await Promise.all(crews.map((crew) => crew.catchUp(head, share)))).flat();
}

function checkTaken(taken: readonly TakenOrder[], { devices, ordersEach }: FleetPlan): readonly string[] {
  const numbers = new Set(taken.map(({ number }) => number));
  if (numbers.size === devices * ordersEach) return [];
  return [`expected ${devices * ordersEach} orders with numbers of their own, found ${numbers.size}`];
}

function checkSent(sendings: readonly Sending[], { sendMsMax }: FleetPlan): readonly string[] {
  return sendings.flatMap(({ device, allSentAtMs, otherVerdicts }) => [
    ...otherVerdicts.map((text) => `${device}: ${text}`),
    ...(allSentAtMs === undefined ? [`${device} had not sent all after ${sendMsMax} ms`] : []),
  ]);
}

function checkCaughtUp(
  found: CaughtUp,
  head: { readonly position: number; readonly hash: string },
  taken: readonly TakenOrder[],
  { devices }: FleetPlan,
): readonly string[] {
  const { device, position, hash, left, balanced, created, placedOrders } = found;
  const own = taken.reduce((sum, { commands }) => sum + commands.length, 0) / devices;
  const faults = [
    position === head.position && hash === head.hash ? "" : `ends at ${position} with another hash`,
    left === 0 ? "" : `has ${left} commands left`,
    balanced && created === own ? "" : `accounts for other than its ${own} commands`,
    placedOrders === taken.length ? "" : `has ${placedOrders} placed orders of ${taken.length}`,
  ];
  return faults.filter((fault) => fault !== "").map((fault) => `${device} ${fault}`);
}

function answeredSyncs(output: string): ServerFigures["answered"] {
  return output
    .split("\n")
    .filter((line) => line.includes('"route":"/v1/sync"') && line.includes('"answered"'))
    .map((line) => JSON.parse(line) as { readonly status: number; readonly ms: number })
    .map(({ status, ms }) => ({ status, ms }));
}
