import { keptServer } from "../../../support/kept-builds.ts";
import { cpuMsOf } from "../../../support/process-figures.ts";
import { percentile } from "../stats.ts";
import type { Figures, Measure, Work } from "../work.ts";
import { type Crowd, gather, type Speech } from "./crowd.ts";
import { type Database, startDocketAt } from "./databases.ts";
import { makeOrderBook, type OrderBook, rawEvents } from "./orders.ts";
import { profileDocket } from "./profile-docket.ts";
import { prepareSides, type Side } from "./sides.ts";
import { startRawServer } from "./start-raw-server.ts";
import { progressOf, syncText } from "./sync-text.ts";
import { openTeam, type Team } from "./team.ts";
import { openWire } from "./wire.ts";

const measures: readonly Measure[] = (["PGlite", "PostgreSQL"] as const).flatMap((database) => [
  { name: `${database}, order to seen p50`, unit: "ms", better: "lower" } as const,
  { name: `${database}, order to seen p99`, unit: "ms", better: "lower", goal: { figure: 500 } } as const,
  { name: `${database}, server's processor per order`, unit: "ms", better: "lower" } as const,
  { name: `${database}, server's processor`, unit: "% of a core", better: "lower" } as const,
  { name: `${database}, turned away per order`, unit: "asks", better: "lower" } as const,
]);

/** Many devices that listen live, and see each order that one of them takes. */
export const liveWork: Work = {
  id: "W11",
  title: "500 devices connected live, one order a second: from the order to when a device has it",
  measures,
  repetitions: { full: 3, quick: 1 },
  prepare: (world) => {
    const plan = world.quick ? { devices: 60, orders: 4 } : { devices: 500, orders: 12 };
    const { against } = world;
    return prepareSides(world, "W11", notesOf(plan), {
      raw: (database) => rawSide(database, plan),
      docket: (database) => docketSide(database, plan),
      ...(against === undefined
        ? {}
        : { against: (database: Database) => docketSide(database, plan, keptServer(against)) }),
    });
  },
};

interface Plan {
  readonly devices: number;
  readonly orders: number;
}

const everyMs = 1_000;

async function docketSide(database: Database, plan: Plan, entry?: string): Promise<Side> {
  const docket = await startDocketAt(await database.makePlace(), { entry });
  const team = await openTeam([docket.url], plan.devices + 1);
  return {
    run: () => playTeam(database, plan, team, docket.pid()),
    end: async () => {
      team.close();
      await docket.stop();
    },
    profile: () =>
      profileDocket(database, {}, async ({ url, pid }, begin) => {
        const watched = await openTeam([url], plan.devices + 1);
        begin();
        await playTeam(database, plan, watched, pid());
        watched.close();
        return { units: plan.orders, unit: "order" };
      }),
  };
}

function playTeam(database: Database, plan: Plan, team: Team, pid: number): Promise<Figures> {
  const [taker, ...others] = team.devices;
  if (taker === undefined) throw new Error("expected a device");
  const wires = others.map(({ wire }) => wire);
  const come = async () => gather(docketSpeech, wires, taker.wire, (await team.catchUp()).cursor);
  return play(database, plan, taker.book, come, pid);
}

async function rawSide(database: Database, plan: Plan): Promise<Side> {
  const raw = await startRawServer(await database.makePlace());
  const wires = Array.from({ length: plan.devices }, () => openWire(raw.url));
  const taker = openWire(raw.url);
  const book = makeOrderBook("RAW");
  const come = async () => {
    const { head } = JSON.parse(await taker.get("/pull?after=0&max=0")) as { readonly head: number };
    return gather(rawSpeech, wires, taker, String(head));
  };
  return {
    run: () => play(database, plan, book, come, raw.pid),
    end: async () => {
      for (const wire of [...wires, taker]) wire.close();
      await raw.stop();
    },
  };
}

/** The devices come, see one order that does not count, then those that do, and leave. */
async function play(
  { name }: Database,
  { orders }: Plan,
  book: OrderBook,
  come: () => Promise<Crowd>,
  pid: number,
): Promise<Figures> {
  const crowd = await come();
  try {
    await crowd.watch([book.take()], everyMs);
    const [startedMs, cpuBeforeMs] = [performance.now(), cpuMsOf(pid)];
    const { waitsMs, turnedAway } = await crowd.watch(
      Array.from({ length: orders }, () => book.take()),
      everyMs,
    );
    const [tookMs, cpuMs] = [performance.now() - startedMs, cpuMsOf(pid) - cpuBeforeMs];
    return {
      [`${name}, order to seen p50`]: percentile(waitsMs, 0.5),
      [`${name}, order to seen p99`]: percentile(waitsMs, 0.99),
      [`${name}, server's processor per order`]: cpuMs / orders,
      [`${name}, server's processor`]: (cpuMs / tookMs) * 100,
      [`${name}, turned away per order`]: turnedAway / orders,
    };
  } finally {
    crowd.leave();
  }
}

const ask = syncText([], 1_000);

const docketSpeech: Speech = {
  livePath: "/v1/live",
  ask: (wire, after) => wire.post("/v1/sync", ask(after)),
  progressOf,
  push: async (wire, commands) => {
    const answer = await wire.post("/v1/sync", syncText(commands, 1)(null));
    if (answer.split('"outcome":"accepted"').length !== commands.length + 1)
      throw new Error(`expected an accepted order, found ${answer.slice(0, 500)}`);
  },
};

const rawSpeech: Speech = {
  livePath: "/live",
  ask: (wire, after) => wire.get(`/pull?after=${after}&max=1000`),
  progressOf: (answer) => {
    const { cursor, head } = JSON.parse(answer) as { readonly cursor: number; readonly head: number };
    return { cursor: String(cursor), more: cursor < head };
  },
  push: async (wire, commands) =>
    void (await wire.post("/push", `{"events":[${rawEvents(commands).join(",")}]}`)),
};

function notesOf({ devices, orders }: Plan): readonly string[] {
  return [
    `${devices} devices, ${orders} orders of three lines; Docket's services run, and write about each order`,
    "raw is a bare HTTP server: it inserts the events, tells all who listen, and selects for each what is new",
    "the devices are one process beside the server: what they take of the machine is in the waits",
  ];
}
