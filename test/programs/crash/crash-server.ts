import { setTimeout as delay } from "node:timers/promises";
import { startPostgres } from "../../../scripts/start-postgres.mjs";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import type { Luck } from "../../support/luck.ts";
import { joinAt, startWorkspaceAt } from "../../support/protocol-client.ts";
import { type RunningDocket, startDocket } from "../../support/start-docket.ts";
import { type CrashRep, makeCrashRep } from "./crash-rep.ts";
import { type CrashReport, type Findings, makeFindings } from "./crash-report.ts";

type Database = Awaited<ReturnType<typeof startPostgres>>;

const repsCount = 3;

/**
 * Kills the built server (and in turn PostgreSQL itself) with SIGKILL in the middle of syncs, starts it again on the
 * same data and holds every answer that was given against the log: [L3] acknowledged means durable, [L4] exactly one
 * effect, [L5] positions without a hole.
 */
export async function crashServer(
  store: "pglite" | "postgres",
  times: number,
  luck: Luck,
): Promise<CrashReport> {
  const findings = makeFindings();
  const database = store === "postgres" ? await startPostgres() : undefined;
  const docket = await startDocket(
    database === undefined ? logless : { ...logless, DATABASE_URL: database.url },
  );
  try {
    const owner = await startWorkspaceAt(docket.url);
    const reps: CrashRep[] = [];
    for (let count = 0; count < repsCount; count += 1) {
      const client = await joinAt(docket.url, await owner.invite("rep"), `Van ${count + 1}`);
      reps.push(makeCrashRep(client, luck, findings.violated));
    }
    const figures = { hits: 0, checked: 0, committedUnanswered: 0, neverArrived: 0, databaseKills: 0 };
    for (let round = 0; round < times; round += 1) {
      const victim = victimOf(round, database);
      figures.hits += (await killInTheMiddle(docket, database, victim, reps, luck)) ? 1 : 0;
      figures.databaseKills += victim === "server" ? 0 : 1;
      await startAgain(docket, database, victim, luck);

      const log = await owner.pullAll();
      const places = placesOf(log, reps, findings);
      figures.checked += checkAnswered(reps, places, findings);
      for (const rep of reps) {
        for (const [command, verdict] of await rep.resendUnanswered()) {
          const place = places.get(command.id);
          if (place === undefined) figures.neverArrived += 1;
          else figures.committedUnanswered += 1;
          const expected = place === undefined ? "accepted" : "duplicate";
          // PostgreSQL may finish a transaction whose server is dead, also after the log was read here.
          const isLate = database !== undefined && place === undefined && verdict?.outcome === "duplicate";
          if (verdict?.outcome !== expected && !isLate)
            findings.violated(`${command.id} resent: expected ${expected}, found ${verdict?.outcome}`);
          else if (place !== undefined && verdict.positions.join() !== place.join())
            findings.violated(`${command.id} is at ${place.join()}, answered ${verdict.positions.join()}`);
        }
        await checkResends(rep, luck, findings);
      }
    }
    // Once more, after the last resends: nothing that was resent took a second position.
    const log = await owner.pullAll();
    figures.checked += checkAnswered(reps, placesOf(log, reps, findings), findings);
    return findings.report({
      what: store === "pglite" ? "server on PGlite" : "server on PostgreSQL",
      kills: times,
      ...figures,
      notes: [
        `${reps.reduce((sum, rep) => sum + rep.answered.size, 0)} commands answered, ${log.length} events, the chain verifies from 1 to ${log.length}`,
        `unanswered at a kill: ${figures.committedUnanswered} were committed (resent: duplicate, same positions), ${figures.neverArrived} were not (resent: accepted)`,
        ...(database === undefined
          ? []
          : [`in ${figures.databaseKills} rounds PostgreSQL itself was killed`]),
      ],
    });
  } finally {
    await docket.stop();
    await database?.stop();
  }
}

/** The server's own lines are only in the way here. */
const logless = { LOG_LEVEL: "fatal" } as const;

type Victim = "server" | "database" | "both";

function victimOf(round: number, database: Database | undefined): Victim {
  if (database === undefined || round % 3 !== 2) return "server";
  return round % 6 === 5 ? "both" : "database";
}

/** Lets all devices push, and kills at a random moment. Tells whether a request was in flight at that moment. */
async function killInTheMiddle(
  docket: RunningDocket,
  database: Database | undefined,
  victim: Victim,
  reps: readonly CrashRep[],
  luck: Luck,
): Promise<boolean> {
  let stopped = false;
  const pushing = reps.map((rep) => rep.pushUntil(() => stopped));
  await delay(luck.between(30, 500));
  const inTheMiddle = reps.some((rep) => rep.isInFlight());
  stopped = true;
  if (victim !== "server") await database?.kill();
  if (victim !== "database") await docket.kill();
  // A request that a living server holds while its database is gone is answered, or fails, when that is back.
  if (victim === "database") await database?.restart();
  await Promise.all(pushing);
  return inTheMiddle;
}

/** Starts what was killed on the same data; now and then it is killed again while it starts. */
async function startAgain(
  docket: RunningDocket,
  database: Database | undefined,
  victim: Victim,
  luck: Luck,
): Promise<void> {
  if (victim === "database") return docket.waitUntilReady();
  if (victim === "both") await database?.restart();
  if (luck.draw() < 0.2) {
    const starting = docket.restart().catch(() => {
      // It is killed while it starts: that is the point.
    });
    await delay(luck.between(50, 1_200));
    await docket.kill();
    await starting;
  }
  await docket.restart();
}

/** Where each command is in the log. Half commands, doubled events and strangers are findings. */
function placesOf(
  log: readonly LogEvent[],
  reps: readonly CrashRep[],
  findings: Findings,
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  const events = new Set<string>();
  for (const [index, { position, id, command }] of log.entries()) {
    if (position !== index + 1) findings.violated(`position ${position} is at index ${index + 1}`);
    if (events.has(id)) findings.doubled(`event ${id} of command ${command}`);
    events.add(id);
    places.set(command, [...(places.get(command) ?? []), position]);
  }
  // What inventory said to the orders follows from them, under ids of its own.
  const follows = new Set(
    log.filter(({ causation }) => causation !== undefined).map(({ command }) => command),
  );
  for (const [command, positions] of places) {
    if (follows.has(command)) continue;
    const known = reps.map((rep) => rep.sent.get(command)).find((found) => found !== undefined);
    if (known === undefined) findings.violated(`nobody sent command ${command}`);
    else if (known.events.length !== positions.length)
      findings.violated(`command ${command} has ${positions.length} of ${known.events.length} events`);
  }
  return places;
}

/** Every command that was ever answered is there once, at the positions that were answered. Yields how many. */
function checkAnswered(
  reps: readonly CrashRep[],
  places: ReadonlyMap<string, readonly number[]>,
  findings: Findings,
): number {
  for (const rep of reps) {
    for (const [id, { positions }] of rep.answered) {
      const found = places.get(id);
      if (found === undefined) findings.lost(`command ${id} of ${rep.name}, answered at ${positions.join()}`);
      else if (found.join() !== positions.join())
        findings.violated(`command ${id} was answered at ${positions.join()}, is at ${found.join()}`);
    }
  }
  return reps.reduce((sum, rep) => sum + rep.answered.size, 0);
}

/** Some of what was answered goes again: it is answered `duplicate`; `record` holds the positions against the first. */
async function checkResends(rep: CrashRep, luck: Luck, findings: Findings): Promise<void> {
  const all = [...rep.answered.values()];
  if (all.length === 0) return;
  const from = luck.between(0, Math.max(0, all.length - resentMax));
  const chosen = [...all.slice(from, from + resentMax), ...all.slice(-resentMax)];
  const commands = [...new Map(chosen.map(({ command }) => [command.id, command])).values()].sort(bySeq);
  for (const verdict of await rep.resend(commands)) {
    if (verdict.outcome !== "duplicate")
      findings.violated(`${verdict.command} was answered before and is answered ${verdict.outcome} now`);
  }
}

const resentMax = 40;

function bySeq(one: PushedCommand, other: PushedCommand): number {
  return one.seq - other.seq;
}
