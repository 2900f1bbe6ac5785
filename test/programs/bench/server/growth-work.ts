import { setTimeout as delay } from "node:timers/promises";
import { keptServer } from "../../../support/kept-builds.ts";
import { cpuMsOf } from "../../../support/process-figures.ts";
import { median } from "../stats.ts";
import type { Figures, Measure, Work, World } from "../work.ts";
import { type Database, startDocketAt } from "./databases.ts";
import { prepareSides, type Side } from "./sides.ts";
import { progressOf, syncText } from "./sync-text.ts";
import { openTeam, type Team, type TeamDevice } from "./team.ts";

/** What is asked of a server with few events and of one with many. */
const asks = ["push of 102 events", "push of one event", "page of 1,000", "empty ask"] as const;
type Ask = (typeof asks)[number];

const linesOfLongOrder = 101;
const growthMax = 1.3;

const measures: readonly Measure[] = (["PGlite", "PostgreSQL"] as const).flatMap((database) =>
  asks.flatMap((ask) => [
    { name: `${database}, ${ask}`, unit: "ms", better: "lower" } as const,
    {
      name: `${database}, ${ask}, many to few`,
      unit: "x",
      better: "lower",
      goal: { figure: growthMax },
    } as const,
  ]),
);

/** Whether a server slows down when the log of a workspace grows. */
export const growthWork: Work = {
  id: "W9",
  title: "growth: what a server takes with few and with many events in the workspace",
  measures,
  repetitions: { full: 3, quick: 1 },
  prepare: (world) => {
    const plan = planOf(world);
    const { against } = world;
    return prepareSides(world, "W9", notesOf(plan), {
      docket: (database) => sideUnlessLong(database, plan, world),
      ...(against === undefined
        ? {}
        : { against: (database: Database) => sideUnlessLong(database, plan, world, keptServer(against)) }),
    });
  },
};

interface Plan {
  readonly few: number;
  readonly many: number;
  /** How often each is asked in one run; medians count. */
  readonly rounds: number;
}

function planOf({ quick, million }: World): Plan {
  if (million) return { few: 10_000, many: 1_000_000, rounds: 50 };
  return quick ? { few: 2_000, many: 6_000, rounds: 10 } : { few: 10_000, many: 100_000, rounds: 50 };
}

/** PGlite takes more than half an hour for a million events: it is left out of that. */
async function sideUnlessLong(
  database: Database,
  plan: Plan,
  world: World,
  entry?: string,
): Promise<Side | undefined> {
  return world.million && database.name === "PGlite" ? undefined : docketSide(database, plan, world, entry);
}

async function docketSide(
  database: Database,
  { few, many, rounds }: Plan,
  world: World,
  entry?: string,
): Promise<Side> {
  const small = await fillServer(database, few, world, entry);
  const large = await fillServer(database, many, world, entry);
  await playRounds([small, large], warmUpRounds);
  return {
    run: async () => {
      const [ofSmall, ofLarge] = await playRounds([small, large], rounds);
      const figures = asks.flatMap((ask) => {
        const [short, long] = [ofSmall, ofLarge].map((waits) => median(waits?.[ask] ?? []));
        if (short === undefined || long === undefined) throw new Error(`expected figures of ${ask}`);
        const name = `${database.name}, ${ask}`;
        return [[name, long] as const, [`${name}, many to few`, long / short] as const];
      });
      return Object.fromEntries(figures) satisfies Figures;
    },
    end: async () => {
      for (const { end } of [large, small]) await end();
    },
  };
}

const warmUpRounds = 10;

/** A server whose workspace has so many events, and a device that knows where its log ends and where its middle is. */
interface FilledServer {
  readonly team: Team;
  readonly device: TeamDevice;
  readonly middle: string | null;
  readonly end: () => Promise<void>;
}

async function fillServer(
  database: Database,
  events: number,
  world: World,
  entry: string | undefined,
): Promise<FilledServer> {
  const env = { CONSUMERS: "none" };
  const docket = await startDocketAt(await database.makePlace(), { entry, env });
  const team = await openTeam([docket.url], 1);
  const [device] = team.devices;
  if (device === undefined) throw new Error("expected a device");
  const { wire, book } = device;
  let { cursor, head } = await team.catchUp();
  let middle = cursor;
  const requests = Math.ceil(events / (ordersPerRequest * eventsPerOrder));
  for (let index = 0; index < requests; index += 1) {
    const orders = Array.from({ length: ordersPerRequest }, () => book.takeAtOnce());
    await wire.post("/v1/sync", syncText(orders.flat(), 1)(cursor));
    ({ cursor, head } = await team.catchUp());
    if (head <= events / 2) middle = cursor;
    if (index % 40 === 39) world.say(`W9: ${head} of ${events} events on ${database.name}`);
  }
  await untilIdle(docket.pid());
  const end = async () => {
    team.close();
    await docket.stop();
  };
  return { team, device, middle, end };
}

const ordersPerRequest = 100;
const eventsPerOrder = 5;

/** What a server does after its last answer (it keeps states) is not in the figures. */
async function untilIdle(pid: number): Promise<void> {
  for (let before = cpuMsOf(pid), looks = 0; looks < looksMax; looks += 1) {
    await delay(lookMs);
    const now = cpuMsOf(pid);
    if (now - before < lookMs / 10) return;
    before = now;
  }
  throw new Error(`expected process ${pid} to come to rest`);
}

const lookMs = 500;
const looksMax = 240;

type Waits = Readonly<Record<Ask, number[]>>;

/** Asks these servers in turn, so often each, and tells how long each had to be waited for. */
async function playRounds(servers: readonly FilledServer[], rounds: number): Promise<readonly Waits[]> {
  const all = servers.map((server) => ({
    server,
    waits: Object.fromEntries(asks.map((ask) => [ask, [] as number[]])) as Record<Ask, number[]>,
  }));
  for (let round = 0; round < rounds; round += 1)
    for (const { server, waits } of round % 2 === 0 ? all : all.toReversed()) await askAll(server, waits);
  return all.map(({ waits }) => waits);
}

async function askAll({ team, device, middle }: FilledServer, waits: Waits): Promise<void> {
  const { wire, book } = device;
  const { cursor } = await team.catchUp();
  const timed = async (ask: Ask, body: string) => {
    const startedMs = performance.now();
    const answer = await wire.post("/v1/sync", body);
    waits[ask].push(performance.now() - startedMs);
    return progressOf(answer);
  };
  await timed("empty ask", syncText([], 1_000)(cursor));
  await timed("page of 1,000", syncText([], 1_000)(middle));
  const [begun, ...rest] = book.take(linesOfLongOrder);
  const after = await timed("push of one event", syncText(begun === undefined ? [] : [begun], 1)(cursor));
  const pushed = await timed("push of 102 events", syncText(rest, 1)(after.cursor));
  if (pushed.head !== after.head + rest.length) throw new Error(`expected ${rest.length} events to be taken`);
}

function notesOf({ few, many, rounds }: Plan): readonly string[] {
  return [
    `few are ${few} events and many ${many}, on a server of their own each, asked in turn ${rounds} times; no services run`,
    "the times are those with many events; a page is one from the middle of the log",
  ];
}
