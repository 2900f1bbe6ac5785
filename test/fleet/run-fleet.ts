import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { startPostgres } from "../../scripts/start-postgres.mjs";
import type { Identity } from "../../src/device/rows.ts";
import { newId } from "../../src/protocol/ids.ts";
import { sha256Hex } from "../../src/server/sha256-hex.ts";
import { startWorkspaceAt } from "../support/protocol-client.ts";
import { startDocket } from "../support/start-docket.ts";

/** What one process of vans is given: `events` is where the log ends when all of the fleet is sent. */
export interface VansTask {
  readonly identities: readonly Identity[];
  readonly orders: number;
  readonly events: number;
  /** How many of them fetch everything afterwards. */
  readonly catchUp: number;
}

/** What it saw: ms from the start until each device had sent all, and answers by status. */
export interface VansFound {
  readonly sentMs: readonly number[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly caughtUp: readonly { readonly position: number; readonly hash: string }[];
  readonly unbalanced: number;
}

export interface FleetOptions {
  readonly devices: number;
  readonly orders: number;
  readonly database: "pglite" | "postgres";
  /** Hears how far it is. */
  readonly tell?: (words: string) => void;
}

/** What a fleet came to. Every text in `violations` is a broken law or bound. */
export interface FleetReport {
  readonly lines: readonly string[];
  readonly violations: readonly string[];
}

/** Start, three lines, place: an event each. */
const eventsPerOrder = 5;
const processes = 2;
const serverMbMax = 512;

/**
 * Lets many devices take orders without a server and come back at the same moment: the built server in a process of its
 * own, the devices in two others, all at one address, as behind one router.
 */
export async function runFleet({
  devices,
  orders,
  database,
  tell = () => {},
}: FleetOptions): Promise<FleetReport> {
  const postgres = database === "postgres" ? await startPostgres() : undefined;
  const docket = await startDocket({
    LOG_LEVEL: "error",
    ...(postgres === undefined ? {} : { DATABASE_URL: postgres.url }),
  });
  const children: ChildProcess[] = [];
  let serverMb = 0;
  const watch = setInterval(() => {
    serverMb = Math.max(serverMb, residentMb(docket.pid()));
  }, 200);
  try {
    const owner = await startWorkspaceAt(docket.url);
    const identities: Identity[] = [];
    for (let index = 0; index < devices; index += 1)
      identities.push(await join(docket.url, await owner.invite("rep"), `Van ${index + 1}`));
    tell(`${devices} devices have joined`);
    const events = devices * orders * eventsPerOrder;
    const tasks = Array.from({ length: processes }, (_, part) => ({
      identities: identities.filter((_identity, index) => index % processes === part),
      orders,
      events,
      catchUp: Math.min(5, devices),
    }));
    const vans = tasks.map((task) => startVans(task, children));
    await Promise.all(vans.map(({ ready }) => ready));
    tell("all orders are taken");
    const restMb = residentMb(docket.pid());
    serverMb = restMb;
    for (const { go } of vans) go();
    const found = await Promise.all(vans.map(({ found: each }) => each));
    return await judge(found, await owner.pullAll(), { devices, orders, restMb, serverMb });
  } finally {
    clearInterval(watch);
    for (const child of children) child.kill("SIGKILL");
    await docket.stop();
    await postgres?.stop();
  }
}

async function judge(
  found: readonly VansFound[],
  log: Awaited<ReturnType<Awaited<ReturnType<typeof startWorkspaceAt>>["pullAll"]>>,
  facts: {
    readonly devices: number;
    readonly orders: number;
    readonly restMb: number;
    readonly serverMb: number;
  },
): Promise<FleetReport> {
  const { devices, orders, restMb, serverMb } = facts;
  const violations: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) violations.push(what);
  };
  const placed = log.filter(({ type }) => type === "order-placed");
  const numbers = log
    .filter(({ type }) => type === "order-drafted")
    .map(({ data }) => (data as { readonly number: string }).number);
  const commands = new Set(log.map(({ command }) => command));
  const wanted = devices * orders;
  must(placed.length === wanted, `[L1] ${placed.length} orders of ${wanted} are placed`);
  must(new Set(numbers).size === wanted, `[L4] ${new Set(numbers).size} numbers for ${wanted} orders`);
  must(numbers.length === wanted, `[L4] ${numbers.length} orders were begun, ${wanted} were taken`);
  must(commands.size === wanted * eventsPerOrder, `[L4] ${commands.size} commands in the log`);
  const unbalanced = found.reduce((sum, each) => sum + each.unbalanced, 0);
  must(unbalanced === 0, `[L6] ${unbalanced} devices do not account for every command`);
  const last = log.at(-1);
  const ends = found.flatMap(({ caughtUp }) => caughtUp);
  must(
    ends.every(({ position, hash }) => position === last?.position && hash === last?.hash),
    "[L9] devices that have fetched all do not hold the same log",
  );
  must(serverMb < serverMbMax, `[L16] the server took ${serverMb.toFixed(0)} MB`);
  const sent = found.flatMap(({ sentMs }) => sentMs).sort((a, b) => a - b);
  const at = (share: number) =>
    seconds(sent[Math.min(sent.length - 1, Math.floor(sent.length * share))] ?? 0);
  const statuses = found.reduce<Record<string, number>>((sum, each) => {
    for (const [status, count] of Object.entries(each.statuses)) sum[status] = (sum[status] ?? 0) + count;
    return sum;
  }, {});
  const lines = [
    `${devices} devices, ${orders} orders each: ${placed.length} placed, ${log.length} events, each command once, the chain verifies`,
    `all sent after: p50 ${at(0.5)}, p99 ${at(0.99)}, last ${at(1)}`,
    `answers by status: ${JSON.stringify(statuses)} (404: no states to begin with); what failed was tried again, nothing is left`,
    `server memory: ${restMb.toFixed(0)} MB before, ${serverMb.toFixed(0)} MB at most (bound ${serverMbMax} MB)`,
    `${ends.length} devices fetched all: same position and hash`,
  ];
  return { lines, violations };
}

function startVans(task: VansTask, children: ChildProcess[]) {
  const program = ["scripts/run-ts.mjs", "test/fleet/vans.ts", JSON.stringify(task)];
  // Hundreds of databases in memory.
  const child = spawn(process.execPath, ["--max-old-space-size=8192", ...program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const found = new Promise<VansFound>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "ready") isReady();
      else if (line.startsWith("{")) resolve(JSON.parse(line) as VansFound);
    });
    child.once("exit", (code) => {
      isReady();
      reject(new Error(`a process of the fleet ended with ${code}`));
    });
  });
  // Told below, when it is waited for.
  found.catch(() => {});
  return { ready, found, go: () => child.stdin.write("go\n") };
}

async function join(url: string, code: string, name: string): Promise<Identity> {
  const device = { id: newId(), name, token: sha256Hex(newId()).slice(0, 43) };
  const headers = { "docket-protocol": "1", "content-type": "application/json" };
  const body = JSON.stringify({ code, device });
  const answer = await fetch(`${url}/v1/devices`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`joining answered ${answer.status}: ${await answer.text()}`);
  const joined = (await answer.json()) as {
    readonly workspace: { readonly id: string; readonly name: string };
    readonly device: { readonly code: string; readonly role: "rep" };
  };
  return {
    deviceId: device.id,
    code: joined.device.code,
    deviceName: name,
    workspaceId: joined.workspace.id,
    workspaceName: joined.workspace.name,
    joined: { token: device.token, role: joined.device.role, origin: url },
  };
}

function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4) / 1024;
  } catch {
    return 0;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
