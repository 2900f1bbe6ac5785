/**
 * `npm run hostile`: a hostile business with a hundred identities sends each hostile input to a built server on the
 * embedded database, while an honest one beside it takes orders. Prints the outcomes of each input, what memory it
 * took, how long the honest business waited and how often it was refused. Ends with 1 when the server grew by 100 MB or
 * more, when the honest business was refused or not answered once, or when the server did not live on.
 */
import { setTimeout as delay } from "node:timers/promises";
import { newId } from "../../../src/protocol/ids.ts";
import { customerAdded, makeHand, newOrder } from "../../server/support/commands.ts";
import { rssBytes } from "../../support/process-figures.ts";
import { joinAt, type ProtocolClient, startWorkspaceAt } from "../../support/protocol-client.ts";
import { startDocket } from "../../support/start-docket.ts";
import { hostileInputs } from "./inputs.ts";

/** What the honest business leaves for the collector meanwhile is in it. */
const growthBytesMax = 100_000_000;
const mebibyte = 1024 * 1024;

const docket = await startDocket({ LOG_LEVEL: "fatal" });
const violations: string[] = [];
const all: number[] = [];
let refused = 0;
/** How many orders the honest business has taken so far. */
let taken = 0;
/** `npm run hostile -- slow` sends only inputs with this in their name. */
const wanted = process.argv[2] ?? "";
try {
  const [hostile, honest] = [
    await startWorkspaceAt(docket.url, "Hostile"),
    await startWorkspaceAt(docket.url),
  ];
  await fill(hostile);
  const identities = await drawIdentities(hostile);
  // What a server takes for working at all is no growth: it has answered like this before.
  for (let warm = 0; warm < 200; warm += 1)
    await Promise.all([hostile.pullAll(), honest.pullAll(), takeOrder(honest)]);
  const target = { port: Number(new URL(docket.url).port), token: hostile.token, identities };
  const rows: string[][] = [
    ["input", "ends", "took", "server grew by", "honest asked", "median", "p99", "longest", "refused"],
  ];
  for (const { name, send } of hostileInputs.filter((input) => input.name.includes(wanted))) {
    const before = rssBytes(docket.pid());
    const others = besideAll(honest);
    const startedMs = Date.now();
    const ends = await send(target);
    const tookMs = Date.now() - startedMs;
    const { peak, waits, failed } = await others.stop();
    const growth = Math.max(0, peak - before);
    if (growth >= growthBytesMax) violations.push(`${name}: the server grew by ${mega(growth)}`);
    if (failed.length > 0) violations.push(`${name}: the honest business was not served: ${failed[0]}`);
    all.push(...waits);
    refused += failed.length;
    const told = Object.entries(ends)
      .map(([end, count]) => `${end}: ${count}`)
      .join(", ");
    rows.push([
      name,
      told,
      `${tookMs} ms`,
      mega(growth),
      String(waits.length),
      ...[0.5, 0.99, 1].map((part) => `${percentile(waits, part)} ms`),
      String(failed.length),
    ]);
    await delay(1_000);
  }
  await honest.pullAll();
  print(rows);
  const figures = [0.5, 0.99, 1].map((part) => percentile(all, part)).join(", ");
  console.log(
    `\nthe honest business asked ${all.length} times: median, p99 and longest wait ${figures} ms; refused ${refused}`,
  );
} finally {
  await docket.stop();
}
console.log(violations.length === 0 ? "\nno violation" : `\nVIOLATED:\n${violations.join("\n")}`);
process.exitCode = violations.length === 0 ? 0 : 1;

/** A log whose first page is as long as a page may be. */
async function fill(client: ProtocolClient): Promise<void> {
  const note = "A note that is as long as a note may be. ".repeat(90);
  for (let from = 1; from <= 400; from += 100)
    await client.push(
      Array.from({ length: 100 }, (_, index) =>
        makeHand(`customer/${newId()}`).command(from + index, customerAdded(`Shop ${from + index}`, note)),
      ),
    );
}

/** A rep with seven successors, and other devices by invites: a hundred in all. */
async function drawIdentities(owner: ProtocolClient): Promise<readonly string[]> {
  const tokens: string[] = [];
  let last: ProtocolClient | undefined = await joinAt(docket.url, await owner.invite("rep"), "Rep");
  while (last !== undefined && tokens.length < 8) {
    tokens.push(last.token);
    // There may be a limit to it.
    last = await last.takeSuccessor("Heir").catch(() => undefined);
  }
  while (tokens.length < 100)
    tokens.push((await joinAt(docket.url, await owner.invite("service"), "Service")).token);
  return tokens;
}

function percentile(waits: readonly number[], part: number): number {
  const sorted = waits.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** One more order of the honest business. */
function takeOrder(honest: ProtocolClient) {
  taken += 1;
  return honest.push([newOrder(taken, honest.joined.device.code)]);
}

/** Watches the server's memory, and works as a device does, every 50 ms, until it is told to stop. */
function besideAll(honest: ProtocolClient) {
  let stopped = false;
  let peak = rssBytes(docket.pid());
  const waits: number[] = [];
  const failed: string[] = [];
  const work = async () => {
    while (!stopped) {
      const startedMs = Date.now();
      try {
        const verdicts = waits.length % 4 === 0 ? await takeOrder(honest) : [];
        if (verdicts.some(({ outcome }) => outcome !== "accepted")) failed.push(JSON.stringify(verdicts));
        await honest.sync({ limit: 50 });
        waits.push(Date.now() - startedMs);
      } catch (error) {
        failed.push(String(error));
      }
      peak = Math.max(peak, rssBytes(docket.pid()));
      await delay(50);
    }
  };
  const working = work();
  return {
    stop: async () => {
      stopped = true;
      await working;
      return { peak, waits, failed };
    },
  };
}

function mega(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(0)} MiB`;
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
}
