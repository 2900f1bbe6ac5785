/**
 * `npm run hostile`: sends each hostile input to a built server on the embedded database, and prints what came of it,
 * what memory it took and how long others waited meanwhile. Ends with 1 when the server grew by 64 MB or more, when
 * another device was not answered, or when the server did not live on.
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { newId } from "../../src/protocol/ids.ts";
import { customerAdded, makeHand } from "../server/support/commands.ts";
import { type ProtocolClient, startWorkspaceAt } from "../support/protocol-client.ts";
import { startDocket } from "../support/start-docket.ts";
import { hostileInputs } from "./inputs.ts";

const growthBytesMax = 64_000_000;
const mebibyte = 1024 * 1024;

const docket = await startDocket({ LOG_LEVEL: "fatal" });
const violations: string[] = [];
try {
  const [hostile, honest] = [
    await startWorkspaceAt(docket.url, "Hostile"),
    await startWorkspaceAt(docket.url),
  ];
  await fill(hostile);
  // What a server takes for working at all is no growth: it has answered like this before.
  for (let warm = 0; warm < 200; warm += 1) await Promise.all([hostile.pullAll(), honest.pullAll()]);
  const target = { port: Number(new URL(docket.url).port), token: hostile.token };
  const rows: string[][] = [
    ["input", "ends", "took", "server grew by", "others asked", "longest wait", "failed"],
  ];
  for (const { name, send } of hostileInputs) {
    const before = rssBytes();
    const others = besideAll(honest);
    const startedMs = Date.now();
    const ends = await send(target);
    const tookMs = Date.now() - startedMs;
    const { peak, waits, failed } = await others.stop();
    const growth = Math.max(0, peak - before);
    if (growth >= growthBytesMax) violations.push(`${name}: the server grew by ${mega(growth)}`);
    if (failed.length > 0) violations.push(`${name}: another device was not answered: ${failed[0]}`);
    const told = Object.entries(ends)
      .map(([end, count]) => `${end}: ${count}`)
      .join(", ");
    rows.push([
      name,
      told,
      `${tookMs} ms`,
      mega(growth),
      String(waits.length),
      `${Math.max(0, ...waits)} ms`,
      String(failed.length),
    ]);
    await delay(1_000);
  }
  await honest.pullAll();
  print(rows);
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

/** Watches the server's memory, and asks as somebody else does, every 50 ms, until it is told to stop. */
function besideAll(honest: ProtocolClient) {
  let stopped = false;
  let peak = rssBytes();
  const waits: number[] = [];
  const failed: string[] = [];
  const work = async () => {
    while (!stopped) {
      const startedMs = Date.now();
      try {
        await honest.sync({});
        waits.push(Date.now() - startedMs);
      } catch (error) {
        failed.push(String(error));
      }
      peak = Math.max(peak, rssBytes());
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

function rssBytes(): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${docket.pid()}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

function mega(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(0)} MiB`;
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
}
