import { keptServer } from "../../../support/kept-builds.ts";
import { peakRssBytes, rssBytes } from "../../../support/process-figures.ts";
import type { Figures, Measure, Work } from "../work.ts";
import { type Database, startDocketAt } from "./databases.ts";
import { makeOrderBook } from "./orders.ts";
import { profileDocket } from "./profile-docket.ts";
import { batchEvents, insertBatches, type Load, pushBatches } from "./push-batches.ts";
import { openRawTable } from "./raw-table.ts";
import { prepareSides, type Side } from "./sides.ts";
import { openTeam } from "./team.ts";

const devices = 8;
const databases: readonly Database["name"][] = ["PGlite", "PostgreSQL"];

/** What each does before it counts: a program's first thousand events take longer than all others. */
const warmUp: Load = { devices, batchesEach: 2 };

/** How the devices work: each name is that of its measure. */
const ways = {
  one: "one workspace",
  reading: "one workspace, all read",
  many: "8 workspaces",
  processes: "8 workspaces, 2 processes",
} as const;

const half = { ratio: 0.5 };
const figure = (name: string, unit: string, better: Measure["better"], goal?: Measure["goal"]): Measure => ({
  ...{ name, unit, better },
  ...(goal === undefined ? {} : { goal }),
});

const measures: readonly Measure[] = databases.flatMap((database) => [
  figure(`${database}, ${ways.one}`, "events/s", "higher", half),
  figure(`${database}, ${ways.one}, batch p50`, "ms", "lower"),
  figure(`${database}, ${ways.one}, batch p99`, "ms", "lower"),
  figure(`${database}, ${ways.reading}`, "events/s", "higher"),
  figure(`${database}, ${ways.many}`, "events/s", "higher", half),
  database === "PGlite"
    ? figure("PGlite, W10 server's memory over idle", "MB", "lower", { figure: 300 })
    : figure("PostgreSQL, W10 server's memory", "MB", "lower", { figure: 300 }),
  ...(database === "PGlite" ? [] : [figure(`${database}, ${ways.processes}`, "events/s", "higher", half)]),
]);

/** Batches of 100 events from 8 devices at once, and what memory the server takes for them. */
export const batchesWork: Work = {
  id: "W8",
  title: "batches of 100 events from 8 devices over HTTP, beside their insert on one connection",
  measures,
  repetitions: { full: 3, quick: 1 },
  prepare: (world) => {
    const load = { devices, batchesEach: world.quick ? 3 : 20 };
    const { against } = world;
    return prepareSides(world, "W8", notesOf(load), {
      raw: (database) => rawSide(database, load),
      docket: (database) => docketSide(database, load),
      ...(against === undefined
        ? {}
        : { against: (database: Database) => docketSide(database, load, keptServer(against)) }),
    });
  },
};

async function rawSide(database: Database, load: Load): Promise<Side> {
  const table = await openRawTable(await database.makePlace());
  const book = makeOrderBook("RAW");
  await insertBatches(table, warmUp, () => book.takeMany(batchEvents));
  return {
    run: async () => {
      const { eventsPerSecond, ...waits } = await insertBatches(table, load, () =>
        book.takeMany(batchEvents),
      );
      // One connection is one connection: whose batches they are makes no difference to it.
      const same = Object.values(ways).map((way) => [`${database.name}, ${way}`, eventsPerSecond] as const);
      return { ...Object.fromEntries(same), ...waitFigures(database, waits) };
    },
    end: table.end,
  };
}

async function docketSide(database: Database, load: Load, entry?: string): Promise<Side> {
  const place = await database.makePlace();
  const options = { entry, env: { CONSUMERS: "none" } };
  const first = await startDocketAt(place, options);
  const second = database.name === "PGlite" ? undefined : await startDocketAt(place, options);
  const together = [await openTeam([first.url], devices)];
  const apart = await teams([first.url]);
  const acrossBoth = second === undefined ? undefined : await teams([first.url, second.url]);
  const idleBytes = rssBytes(first.pid());
  await pushBatches(together, warmUp, 1);
  if (acrossBoth !== undefined) await pushBatches(acrossBoth, warmUp, 1);
  return {
    run: async () => {
      const { name } = database;
      const one = await pushBatches(together, load, 1);
      const reading = await pushBatches(together, load, 1_000);
      const many = await pushBatches(apart, load, 1);
      const across = acrossBoth === undefined ? undefined : await pushBatches(acrossBoth, load, 1);
      const peak = peakRssBytes(first.pid());
      return {
        [`${name}, ${ways.one}`]: one.eventsPerSecond,
        ...waitFigures(database, one),
        [`${name}, ${ways.reading}`]: reading.eventsPerSecond,
        [`${name}, ${ways.many}`]: many.eventsPerSecond,
        ...(across === undefined ? {} : { [`${name}, ${ways.processes}`]: across.eventsPerSecond }),
        ...(name === "PGlite"
          ? { "PGlite, W10 server's memory over idle": mega(peak - idleBytes) }
          : { "PostgreSQL, W10 server's memory": mega(peak) }),
      };
    },
    end: async () => {
      for (const team of [...together, ...apart, ...(acrossBoth ?? [])]) team.close();
      await first.stop();
      await second?.stop();
    },
    profile: () =>
      profileDocket(database, options.env, async ({ url }, begin) => {
        const team = await openTeam([url], devices);
        await pushBatches([team], warmUp, 1);
        begin();
        await pushBatches([team], load, 1);
        team.close();
        return { units: load.devices * load.batchesEach * batchEvents, unit: "event" };
      }),
  };
}

/** Eight workspaces of one device each, at these servers in turn. */
function teams(urls: readonly string[]) {
  return Promise.all(
    Array.from({ length: devices }, (_, index) => openTeam([urls[index % urls.length] ?? ""], 1)),
  );
}

function waitFigures(
  { name }: Database,
  { batchP50Ms, batchP99Ms }: { readonly batchP50Ms: number; readonly batchP99Ms: number },
): Figures {
  return {
    [`${name}, ${ways.one}, batch p50`]: batchP50Ms,
    [`${name}, ${ways.one}, batch p99`]: batchP99Ms,
  };
}

function mega(bytes: number): number {
  return bytes / 1024 / 1024;
}

function notesOf({ batchesEach }: Load): readonly string[] {
  return [
    `each device sends ${batchesEach} batches of orders: begun, three lines, placed, a command each`,
    "raw is a plain insert of the same events, as long as Docket's, on one connection, without HTTP: 8 senders wait in line for it",
    "memory is the most that the first server ever had; no services run",
  ];
}
