import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchOnProfile } from "../../../support/browser-device.ts";
import { startWorkspaceAt } from "../../../support/protocol-client.ts";
import { startDocket } from "../../../support/start-docket.ts";
import type { World } from "../work.ts";
import { bundlePages } from "./bundle-pages.ts";
import { pullTexts, pushAll } from "./push-shop.ts";
import { firstDrafts, type ShopSize, shopCommands } from "./shop.ts";
import { origins, startSite } from "./site.ts";

/** A shop on the disk, to be copied: a browser's profile, its server's data, and the first pages of its log. */
export interface FilledShop {
  readonly folder: string;
  readonly owner: { readonly token: string };
  /** How many events there are, and how many of them are in `page-<n>.json`. */
  readonly events: number;
  readonly paged: number;
  readonly pages: number;
}

/** The server's variables: the logs of this program are larger than what a device may write within an hour. */
export const serverEnv = {
  LOG_LEVEL: "error",
  CONSUMERS: "none",
  DEVICE_MIB_PER_HOUR: "100000",
  WORKSPACE_MIB: "1000000",
} as const;

/** How many orders the raw programs get at once from Docket's: a message between two processes. */
const rawAtOnce = 2_000;

/** The sizes of the shops: of most works, and of the one that shows whether a cold start grows. */
export function shopSize({ quick }: Pick<World, "quick">): {
  readonly large: ShopSize;
  readonly small: ShopSize;
} {
  const products = quick ? 2_000 : 10_000;
  return {
    large: { orders: quick ? 2_000 : 20_000, products },
    small: { orders: quick ? 200 : 2_000, products },
  };
}

/** Finds the filled shop of this build, or fills it: through the server's and the device's own ways, in large pages. */
export async function findShop(world: World, size: ShopSize): Promise<FilledShop> {
  const folder = join(world.cache, `${size.orders}-${size.products}-${buildKey()}`);
  if (!existsSync(folder)) {
    forgetOthers(world.cache, size);
    world.say(`filling a shop of ${size.orders} orders and ${size.products} products; the next run finds it`);
    await fill(world, size, folder);
  }
  return {
    folder,
    ...(JSON.parse(readFileSync(join(folder, "facts.json"), "utf8")) as Omit<FilledShop, "folder">),
  };
}

/** A shop of another build is of no more use, and large. */
function forgetOthers(cache: string, { orders, products }: ShopSize): void {
  for (const name of readdirSync(cache))
    if (name.startsWith(`${orders}-${products}-`)) rmSync(join(cache, name), { recursive: true });
}

/** What a filled shop is of: the build that stores and serves it, and what it is filled with. */
const madeOf = [
  "dist/client/index.html",
  "dist/client/service-worker.js",
  "dist/server/main.js",
  "test/programs/bench/device/shop.ts",
];

function buildKey(): string {
  const hash = createHash("sha256");
  for (const file of madeOf) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

async function fill(world: World, size: ShopSize, folder: string): Promise<void> {
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { recursive: true });
  const docket = await startDocket({ ...serverEnv, DATA_DIR: join(next, "data") });
  const pages = join(next, "built-pages");
  await bundlePages(pages, undefined);
  const site = await startSite(docket.url, pages);
  try {
    const owner = await startWorkspaceAt(docket.url);
    const to = { url: docket.url, token: owner.token };
    const commands = shopCommands(owner.joined.workspace.id, size);
    // Something must be in the log when the device joins: it then takes events, where another would begin with states.
    await pushAll(to, [mustNext(commands)], () => {});
    const browser = await launchOnProfile(join(next, "profile"), siteArgs(site.port));
    const library = await browser.newPage();
    await library.goto(`${origins.docket}/bench/docket.html`);
    await library.evaluate((code) => globalThis.docket.join(code), await owner.invite("owner"));
    let told = 0;
    let events = 1;
    await pushAll(to, commands, (count) => {
      events = 1 + count;
      if (count - told < 10_000) return;
      told = count;
      world.say(`${count} events pushed`);
    });
    world.say("the device takes them");
    await library.evaluate(() => globalThis.docket.sync());
    const raw = await browser.newPage();
    await raw.goto(`${origins.raw}/bench/raw.html`);
    for (let skip = 0; skip < size.orders; skip += rawAtOnce) {
      const orders = await library.evaluate(([from, count]) => globalThis.docket.rawOrders(from, count), [
        skip,
        rawAtOnce,
      ] as const);
      await raw.evaluate((some) => globalThis.raw.fill(some), orders);
    }
    world.say("the app is kept for offline");
    const app = await browser.newPage();
    await app.goto(`${origins.docket}/orders`);
    await app.locator("ul.list > li").nth(40).waitFor();
    await app.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await browser.close();
    const paged = Math.min(firstDrafts, size.orders) * 4 + 1;
    const texts = await pullTexts(to, paged);
    for (const [index, text] of texts.entries()) writeFileSync(join(next, `page-${index}.json`), text);
    const facts = { owner: { token: owner.token }, events, paged, pages: texts.length };
    writeFileSync(join(next, "facts.json"), JSON.stringify(facts));
  } finally {
    await site.stop();
    await docket.stop();
  }
  rmSync(pages, { recursive: true });
  renameSync(next, folder);
}

/** How the browser finds the site under its names. */
export function siteArgs(port: number): readonly string[] {
  return [`--host-resolver-rules=MAP *.localhost:80 127.0.0.1:${port}`];
}

function mustNext<Value>(values: Generator<Value>): Value {
  const { value, done } = values.next();
  if (done === true) throw new Error("expected a first command, found none");
  return value;
}
