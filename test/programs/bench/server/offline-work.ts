import { keptServer } from "../../../support/kept-builds.ts";
import type { Figures, Measure, Work } from "../work.ts";
import { type Database, startDocketAt } from "./databases.ts";
import { makeOrderBook, rawEvents } from "./orders.ts";
import { profileDocket } from "./profile-docket.ts";
import { prepareSides, type Side } from "./sides.ts";
import { startRawServer } from "./start-raw-server.ts";
import { progressOf, syncText } from "./sync-text.ts";
import { openTeam } from "./team.ts";
import { openWire } from "./wire.ts";

/** What a request holds at most, and what a page does. */
const requestCommands = 200;
const pageEvents = 1_000;

const measures: readonly Measure[] = (["PGlite", "PostgreSQL"] as const).flatMap((database) => [
  { name: `${database}, push`, unit: "events/s", better: "higher", goal: { ratio: 0.6 } } as const,
  { name: `${database}, pull`, unit: "events/s", better: "higher" } as const,
]);

/** The server's share of what a device does that was offline for long, and of one that begins. */
export const offlineWork: Work = {
  id: "W5",
  title: "10,000 offline events pushed by one device, and pulled by an empty one (the server's share)",
  measures,
  repetitions: { full: 3, quick: 1 },
  prepare: (world) => {
    const events = world.quick ? 2_000 : 10_000;
    const { against } = world;
    const docketSide = async (database: Database, entry?: string): Promise<Side> => {
      const options = { entry, env: { CONSUMERS: "none" } };
      const { url, stop } = await startDocketAt(await database.makePlace(), options);
      await playDocket(url, warmUpEvents);
      return {
        run: async () => figuresOf(database, events, await playDocket(url, events)),
        end: stop,
        profile: () =>
          profileDocket(database, options.env, async (docket, begin) => {
            await playDocket(docket.url, warmUpEvents);
            begin();
            await playDocket(docket.url, events);
            return { units: events, unit: "event" };
          }),
      };
    };
    return prepareSides(world, "W5", notesOf(events), {
      raw: async (database) => {
        const { url, stop } = await startRawServer(await database.makePlace());
        await playRaw(url, warmUpEvents);
        return { run: async () => figuresOf(database, events, await playRaw(url, events)), end: stop };
      },
      docket: docketSide,
      ...(against === undefined
        ? {}
        : { against: (database: Database) => docketSide(database, keptServer(against)) }),
    });
  },
};

/** What each does before it counts: a program's first thousand events take longer than all others. */
const warmUpEvents = 1_000;

interface PushedAndPulled {
  readonly pushMs: number;
  readonly pullMs: number;
}

function figuresOf({ name }: Database, events: number, { pushMs, pullMs }: PushedAndPulled): Figures {
  return { [`${name}, push`]: (events / pushMs) * 1000, [`${name}, pull`]: (events / pullMs) * 1000 };
}

/** In a new workspace each time: one device pushes, another one reads what is there from the start. */
async function playDocket(url: string, events: number): Promise<PushedAndPulled> {
  const team = await openTeam([url], 2);
  const [pusher, reader] = team.devices;
  if (pusher === undefined || reader === undefined) throw new Error("expected two devices");
  const texts = Array.from({ length: events / requestCommands }, () =>
    syncText(pusher.book.takeMany(requestCommands), 1),
  );
  const ask = syncText([], pageEvents);
  const { cursor: start, head } = await team.catchUp();
  const pushMs = await timed(async () => {
    let cursor = start;
    for (const text of texts) cursor = progressOf(await pusher.wire.post("/v1/sync", text(cursor))).cursor;
  });
  let pulled = 0;
  const pullMs = await timed(async () => {
    for (let cursor: string | null = null, more = true; more; ) {
      const answer = await reader.wire.post("/v1/sync", ask(cursor));
      pulled += (JSON.parse(answer) as { readonly events: readonly object[] }).events.length;
      ({ cursor, more } = progressOf(answer));
    }
  });
  team.close();
  mustBe(pulled, head + events);
  return { pushMs, pullMs };
}

/** The same to the hand-written server: the events as they come down from Docket, and nothing around them. */
async function playRaw(url: string, events: number): Promise<PushedAndPulled> {
  const book = makeOrderBook("RAW");
  const wire = openWire(url);
  const before = (JSON.parse(await wire.get("/pull?after=0&max=0")) as RawPage).head;
  const texts = Array.from(
    { length: events / requestCommands },
    () => `{"events":[${rawEvents(book.takeMany(requestCommands)).join(",")}]}`,
  );
  const pushMs = await timed(async () => {
    for (const text of texts) await wire.post("/push", text);
  });
  let pulled = 0;
  const pullMs = await timed(async () => {
    for (let after = before, head = Number.POSITIVE_INFINITY; after < head; ) {
      const page = JSON.parse(await wire.get(`/pull?after=${after}&max=${pageEvents}`)) as RawPage;
      pulled += page.events.length;
      ({ cursor: after, head } = page);
    }
  });
  wire.close();
  mustBe(pulled, events);
  return { pushMs, pullMs };
}

interface RawPage {
  readonly head: number;
  readonly cursor: number;
  readonly events: readonly object[];
}

function mustBe(found: number, expected: number): void {
  if (found !== expected) throw new Error(`expected ${expected} events, found ${found}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function notesOf(events: number): readonly string[] {
  return [
    `${events} events, ${requestCommands} commands of one event a request, pages of ${pageEvents}; no services run`,
    "raw is a bare HTTP server that inserts and selects one row per event, as long as Docket's, on one connection",
    "neither side has a device here: requests are written beforehand, and answers read by JSON.parse alone",
  ];
}
