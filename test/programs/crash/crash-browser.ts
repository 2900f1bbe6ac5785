import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, type Page } from "@playwright/test";
import { addSampleCatalogue, keepForOffline, startBusiness } from "../../support/as-a-rep.ts";
import { killBrowser, launchOnProfile } from "../../support/browser-device.ts";
import { startCuttableProxy } from "../../support/cuttable-proxy.ts";
import type { Luck } from "../../support/luck.ts";
import { clientOf } from "../../support/protocol-client.ts";
import { type Books, faultsOfBooks, readBooks } from "../../support/read-books.ts";
import { startDocket } from "../../support/start-docket.ts";
import { type CrashReport, type Findings, makeFindings } from "./crash-report.ts";
import { type Shown, type StandsStill, takeOrders, watchSaved } from "./take-orders.ts";

/**
 * Kills Chromium with SIGKILL in the very moment in which the app shows an order as saved, and in the middle of saving;
 * relaunches it on the same profile (every other time without a network) and holds what is there against what had been
 * shown: [L1] saved means saved, [L2] all or nothing, [L6] nothing vanishes.
 */
export async function crashBrowser(times: number, luck: Luck): Promise<CrashReport> {
  const findings = makeFindings();
  const profile = mkdtempSync(join(tmpdir(), "docket-profile-"));
  const docket = await startDocket({ LOG_LEVEL: "fatal" });
  const proxy = await startCuttableProxy(() => Number(new URL(docket.url).port));
  const shown = new Map<string, Shown>();
  const figures = { hits: 0, checked: 0, savedUnseen: 0, offline: 0, still: 0 };
  try {
    await prepare(profile, proxy.url);
    for (let round = 0; round < times; round += 1) {
      // Without a network the service worker starts the app, and all work stays in the outbox over the kills.
      if (round % 2 === 1) {
        proxy.cut();
        figures.offline += 1;
      } else proxy.heal();
      const context = await launchOnProfile(profile);
      const page = context.pages()[0] ?? (await context.newPage());
      const closed = new Promise((resolve) => context.once("close", resolve));
      await check(page, proxy.url, shown, findings);
      figures.checked += shown.size;
      const still = kinds[Math.floor(round / 2) % kinds.length] ?? "never";
      const inTheMiddle = await takeOrdersUntilKilled(page, profile, shown, still, luck);
      figures.hits += inTheMiddle ? 1 : 0;
      figures.still += still === "never" ? 0 : 1;
      await closed;
    }
    proxy.heal();
    const context = await launchOnProfile(profile);
    const page = context.pages()[0] ?? (await context.newPage());
    const books = await check(page, proxy.url, shown, findings);
    figures.checked += shown.size;
    figures.savedUnseen = books.orders.length - shown.size;
    await checkServer(page, docket.url, shown, findings);
    await context.close();
    return findings.report({
      what: "browser",
      kills: times,
      ...figures,
      notes: [
        `${shown.size} orders were shown as saved and ${books.ledger.created} commands made; ${figures.savedUnseen} more orders were saved before anybody saw it`,
        `${figures.still} kills behind “Saved”, of a page that stood still from then on; ${figures.hits} in the middle of saving`,
        `${figures.offline} rounds without a network; at the end the server had every order once`,
      ],
    });
  } finally {
    await proxy.stop();
    await docket.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The kinds of rounds in turn, each with and without a network. */
const kinds: readonly StandsStill[] = ["at a placed order", "never", "at a sight"];

/** A business with products on this profile, and a service worker that starts the app without a network. */
async function prepare(profile: string, url: string): Promise<void> {
  const context = await launchOnProfile(profile);
  const page = context.pages()[0] ?? (await context.newPage());
  await startBusiness(page, url);
  await addSampleCatalogue(page, url);
  await keepForOffline(page);
  await context.close();
}

/** Opens the app as it was left, and holds its books against all that was ever shown. */
async function check(
  page: Page,
  url: string,
  shown: ReadonlyMap<string, Shown>,
  findings: Findings,
): Promise<Books> {
  await page.goto(`${url}/orders`);
  const orders = page.getByRole("heading", { name: "Orders", exact: true });
  const welcome = page.getByRole("link", { name: "Join your business" });
  await expect(orders.or(welcome).first()).toBeVisible({ timeout: 30_000 });
  if (await welcome.isVisible()) {
    throw new Error(
      `[L1] all is lost: after ${shown.size} orders the app knows no business; ${await databasesOf(page)}`,
    );
  }
  const books = await readBooks(page);
  for (const fault of faultsOfBooks(books)) findings.violated(fault);
  for (const [number, seen] of shown) {
    const orders = books.orders.filter((order) => order.number === number);
    if (orders.length > 1) findings.doubled(`order ${number}`);
    const [order] = orders;
    if (order === undefined) findings.lost(`order ${number}, shown as saved`);
    else if (seen.status === "Placed" && order.status !== "placed")
      findings.lost(`that order ${number} was placed`);
    else {
      for (const [name, quantity] of seen.lines) {
        const kept = order.lines.find((line) => line.name === name)?.quantity ?? 0;
        if (kept < quantity || (seen.status === "Placed" && kept !== quantity))
          findings.lost(`${number}: ${quantity} of ${name} were shown, ${kept} are there`);
      }
    }
  }
  // And the app shows it, too: the newest is on top.
  const newest = [...shown.keys()].at(-1);
  if (newest !== undefined) {
    const row = page.getByRole("link", { name: new RegExp(`${newest}\\b`) }).first();
    await expect(row).toBeVisible();
  }
  return books;
}

/** Every database of this origin, for whoever must find out what happened to them. */
function databasesOf(page: Page): Promise<string> {
  return page.evaluate(async () => JSON.stringify(await indexedDB.databases()));
}

/**
 * Takes orders through the screens, and kills: where the page stands still, at once; else at a random moment of a save.
 * Tells whether something was being saved then.
 */
async function takeOrdersUntilKilled(
  page: Page,
  profile: string,
  shown: Map<string, Shown>,
  still: StandsStill,
  luck: Luck,
): Promise<boolean> {
  let sights = 0;
  const from = luck.between(1, 14);
  let arrived = () => {};
  const moment = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await watchSaved(page, { still, from }, (sight, isLast) => {
    shown.delete(sight.number);
    shown.set(sight.number, sight);
    sights += 1;
    if (isLast || (still === "never" && sights >= from)) arrived();
  });
  const taking = takeOrders(page, luck);
  // An error before the kill is a fault of the run, not a hit.
  await Promise.race([moment, taking.ended]);
  let inTheMiddle = false;
  if (still === "never") {
    await delay(luck.between(0, 60));
    await Promise.race([taking.saving(), taking.ended]);
    inTheMiddle = taking.isSaving();
  }
  await killBrowser(profile);
  await taking.ended.catch(() => {
    // The browser was killed under it: that is the point.
  });
  return inTheMiddle;
}

/** Waits until all is sent; then every order that was shown is on the server once, under its number. */
async function checkServer(
  page: Page,
  url: string,
  shown: ReadonlyMap<string, Shown>,
  findings: Findings,
): Promise<void> {
  await expect.poll(async () => (await readBooks(page)).outbox.length, { timeout: 120_000 }).toBe(0);
  const books = await readBooks(page);
  const server = clientOf(url, books.token, {
    workspace: { id: "", name: "" },
    device: { id: books.deviceId, code: books.code, name: "", role: "owner" },
  });
  const log = await server.pullAll();
  const numbers = log
    .filter(({ type }) => type === "order-drafted")
    .map(({ data }) => (data as { number: string }).number);
  for (const number of shown.keys()) {
    const count = numbers.filter((other) => other === number).length;
    if (count === 0) findings.lost(`order ${number}, on the server`);
    if (count > 1) findings.doubled(`order ${number}, on the server`);
  }
  if (numbers.length !== books.orders.length)
    findings.violated(`the server has ${numbers.length} orders, the device ${books.orders.length}`);
}
