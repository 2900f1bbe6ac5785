import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Work } from "../work.ts";
import { shopSize } from "./filled-shop.ts";
import { openPage, openShop } from "./open-shop.ts";
import { firstPage, openUntilShown } from "./shown-rows.ts";
import { origins } from "./site.ts";

/** W7: what an event takes on the disk. */
export const disk: Work = {
  id: "W7",
  title: "storage per event on the disk, after a cold start and with the browser closed",
  // The same bytes each time.
  repetitions: { full: 1, quick: 1 },
  measures: [{ name: "event", unit: "bytes", better: "lower", goal: { ratio: 0.5 } }],
  prepare: async (world) => {
    const shop = await openShop(world, shopSize(world).large);
    const { paged } = shop.shop;
    return {
      contestants: [
        {
          name: "raw",
          run: async () => {
            const [profile, launch] = shop.emptyProfile();
            const filling = await launch();
            const raw = await openPage(filling, "raw");
            await raw.evaluate((paths) => globalThis.raw.putEvents(paths), shop.pagePaths);
            await filling.close();
            // What the database still had in its journal is packed when it is opened the next time, as Docket's was.
            const again = await launch();
            await (await openPage(again, "raw")).evaluate(() => globalThis.raw.fill([]));
            await again.close();
            return { event: bytesOf(profile, origins.raw) / paged };
          },
        },
        {
          name: "docket",
          run: async () => {
            const browser = await shop.launch();
            await openUntilShown(await firstPage(browser), `${origins.docket}/orders`);
            const library = await openPage(browser, "docket");
            const { position } = await library.evaluate(() => globalThis.docket.facts());
            await browser.close();
            return { event: bytesOf(shop.profile, origins.docket) / position };
          },
        },
      ],
      notes: [
        `Docket: all that it keeps for all events of the log, its read models and indexes included; raw: ${paged} of the same events, a row each and no index`,
      ],
      end: shop.end,
    };
  },
};

/** What an origin's IndexedDB takes of a profile. */
function bytesOf(profile: string, origin: string): number {
  const name = `http_${new URL(origin).hostname}_0.indexeddb`;
  const folders = ["leveldb", "blob"].map((kind) => join(profile, "Default/IndexedDB", `${name}.${kind}`));
  const found = folders.filter((folder) => existsSync(folder));
  if (found.length === 0) throw new Error(`expected the database of ${origin} in ${profile}`);
  return found
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file))))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}
