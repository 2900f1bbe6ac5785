/**
 * `npm run million -- [--events 1000000]`: a log of so many events on PostgreSQL, and a new device in a real browser
 * that begins with it: how long until it can work, until all is there, its memory and the server's, and that it goes on
 * where it was after being killed. Ends with 1 when a state is not what the log makes of it, or a bound is passed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Page } from "@playwright/test";
import { startPostgres } from "../../../scripts/start-postgres.mjs";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import { protocolHeader } from "../../../src/protocol/limits.ts";
import type { StatesPage } from "../../../src/protocol/states-messages.ts";
import { openPostgres } from "../../../src/server/store/postgres-driver.ts";
import { openSqlStore } from "../../../src/server/store/sql-store.ts";
import { foldedState } from "../../../src/server/sync/folded-state.ts";
import { syncBar } from "../../support/as-a-rep.ts";
import { killBrowser, launchOnProfile } from "../../support/browser-device.ts";
import { startWorkspaceAt } from "../../support/protocol-client.ts";
import { startDocket } from "../../support/start-docket.ts";
import { fillLog } from "./fill-log.ts";
import { browserPids, type HowFar, howFar, largestMb, readStreams } from "./watch-device.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "1000000" } } });
const wanted = Number(values.events);
if (!Number.isSafeInteger(wanted) || wanted < 50_000)
  throw new Error(`--events ${values.events}: expected a whole number of 50000 or more`);

/** How long a person waits, and what a device and the server may take. */
const bounds = { readyMs: 10_000, deviceMb: 512, serverMb: 512 };

const failures: string[] = [];
const postgres = await startPostgres();
const docket = await startDocket({ DATABASE_URL: postgres.url, LOG_LEVEL: "error" });
const store = await openSqlStore(await openPostgres(postgres.url));
const profile = mkdtempSync(join(tmpdir(), "docket-million-"));
try {
  const owner = await startWorkspaceAt(docket.url);
  const { workspace, device } = owner.joined;
  const caller = { workspace: workspace.id, device: device.id, root: device.id };
  const filled = await timed(() =>
    fillLog(store, caller, wanted, (events) => {
      if (events % 50_000 < 700) console.log(`${events} events`);
    }),
  );
  say(`log: ${filled.value} events, filled in ${seconds(filled.ms)}`);

  const kept = await timed(() => waitForStates(docket.url, owner.token));
  say(`states: ${kept.value.now} streams of what work goes on with, ${kept.value.past} finished orders`);
  say(`states ready ${seconds(kept.ms)} after the last event`);

  const code = await owner.invite("rep");
  const memory = { device: 0, server: 0 };
  const watch = setInterval(() => {
    memory.device = Math.max(memory.device, largestMb(browserPids(profile)));
    memory.server = Math.max(memory.server, largestMb([docket.pid()]));
  }, 500);
  const serverBefore = largestMb([docket.pid()]);

  let browser = await launchOnProfile(profile);
  let page = browser.pages()[0] ?? (await browser.newPage());
  await page.goto(`${docket.url}/join#${code}`);
  await page.getByLabel("Name of this device").fill("Van 1");
  const startedMs = performance.now();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await waitUntil(page, ({ position }) => position > 0);
  const readyMs = performance.now() - startedMs;
  say(`ready to work (settings, customers, products, open orders): ${seconds(readyMs)}`);
  if (readyMs > bounds.readyMs) failures.push(`ready after ${seconds(readyMs)}`);

  const third = await waitUntil(page, ({ done, total }) => done > total / 3);
  say(`the bar says: ${await syncBar(page).textContent()}`);
  await page.screenshot({ path: "test-results/million-progress.png" });
  const killed = await killBrowser(profile);
  browser = await launchOnProfile(profile);
  page = browser.pages()[0] ?? (await browser.newPage());
  await page.goto(docket.url);
  const again = await waitUntil(page, () => true);
  say(
    `killed (${killed} processes) with ${third.done} of ${third.total} streams, began again with ${again.done}`,
  );
  if (again.done < third.done) failures.push("lost what had been fetched before the kill");

  await waitUntil(page, ({ part }) => part === "whole");
  say(`everything is there: ${seconds(performance.now() - startedMs)} after joining, the kill included`);
  clearInterval(watch);
  say(
    `memory: largest browser process ${memory.device.toFixed(0)} MB, server ${serverBefore.toFixed(0)} to ${memory.server.toFixed(0)} MB`,
  );
  if (memory.device > bounds.deviceMb) failures.push(`a browser process took ${memory.device.toFixed(0)} MB`);
  if (memory.server > bounds.serverMb) failures.push(`the server took ${memory.server.toFixed(0)} MB`);

  const sample = await sampleStreams(docket.url, owner.token);
  const held = await readStreams(page, sample);
  if (held.count < kept.value.now + kept.value.past)
    failures.push(`${held.count} streams are there, ${kept.value.now + kept.value.past} exist`);
  let compared = 0;
  for (const [index, stream] of sample.entries()) {
    const folded = await store.inWorkspace(caller.workspace, (tx) => foldedState(tx, stream));
    compared += 1;
    if (canonicalJson(JSON.parse(JSON.stringify(folded))) !== canonicalJson(held.states[index]))
      failures.push(`${stream} is not what its events make`);
  }
  say(`${held.count} streams on the device; ${compared} of them compared with the fold of their events`);
  await browser.close();
} finally {
  await docket.stop();
  await store.close();
  await postgres.stop();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

function say(words: string): void {
  console.log(words);
}

async function timed<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly value: Value; readonly ms: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedMs };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Waits until a device has come so far. */
async function waitUntil(page: Page, isFar: (far: HowFar) => boolean): Promise<HowFar> {
  const deadline = Date.now() + 1_800_000;
  for (;;) {
    const far = await howFar(page).catch(() => undefined);
    if (far !== undefined && isFar(far)) return far;
    if (Date.now() > deadline) throw new Error(`the device did not get further than ${JSON.stringify(far)}`);
    await delay(200);
  }
}

async function askStates(url: string, token: string, query: string): Promise<StatesPage | undefined> {
  const headers = { [protocolHeader]: "1", authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/states?${query}`, { headers });
  return answer.ok ? ((await answer.json()) as StatesPage) : undefined;
}

/** Waits until the server has states of the whole log. */
async function waitForStates(url: string, token: string) {
  for (;;) {
    const page = await askStates(url, token, "part=now");
    const last = await askStates(url, token, "part=past");
    if (page?.counts !== undefined && last !== undefined && page.position >= wanted * 0.99)
      return page.counts;
    await delay(500);
  }
}

/** Some streams of each part, from all over. */
async function sampleStreams(url: string, token: string): Promise<readonly string[]> {
  const pages = await Promise.all(["part=now", "part=past"].map((query) => askStates(url, token, query)));
  const streams = pages.flatMap((page) => page?.states.map(({ stream }) => stream) ?? []);
  return streams.filter((_, index) => index % 5 === 0);
}
