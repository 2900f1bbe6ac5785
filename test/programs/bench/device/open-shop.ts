import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { launchOnProfile } from "../../../support/browser-device.ts";
import { clientOf, type ProtocolClient } from "../../../support/protocol-client.ts";
import { startDocket } from "../../../support/start-docket.ts";
import type { World } from "../work.ts";
import { bundlePages } from "./bundle-pages.ts";
import { type FilledShop, findShop, serverEnv, siteArgs } from "./filled-shop.ts";
import type { ShopSize } from "./shop.ts";
import { origins, startSite } from "./site.ts";

/** A shop of one's own, copied from the filled one: its server runs, and browsers may be started on its profile. */
export interface OpenShop {
  readonly shop: FilledShop;
  readonly profile: string;
  /** Where the pages of the log are found from any of the origins. */
  readonly pagePaths: readonly string[];
  /** Starts a browser process on the profile. It must be closed before the next. */
  readonly launch: () => Promise<BrowserContext>;
  /** The same on an empty profile. */
  readonly launchEmpty: () => Promise<BrowserContext>;
  readonly owner: Pick<ProtocolClient, "invite">;
  readonly end: () => Promise<void>;
}

/** Copies the filled shop of this size and opens it. */
export async function openShop(world: World, size: ShopSize): Promise<OpenShop> {
  const shop = await findShop(world, size);
  const own = mkdtempSync(join(tmpdir(), "docket-bench-"));
  const [profile, data, pages] = ["profile", "data", "pages"].map((name) => join(own, name)) as [
    string,
    string,
    string,
  ];
  cpSync(join(shop.folder, "profile"), profile, { recursive: true });
  cpSync(join(shop.folder, "data"), data, { recursive: true });
  await bundlePages(pages, world.against);
  for (let index = 0; index < shop.pages; index += 1)
    cpSync(join(shop.folder, `page-${index}.json`), join(pages, `page-${index}.json`));
  const docket = await startDocket({ ...serverEnv, DATA_DIR: data });
  const site = await startSite(docket.url, pages);
  const browsers = new Set<BrowserContext>();
  const launch = async (folder: string) => {
    const browser = await launchOnProfile(folder, siteArgs(site.port));
    browsers.add(browser);
    browser.once("close", () => browsers.delete(browser));
    return browser;
  };
  const joined = {
    workspace: { id: "", name: "" },
    device: { id: "", code: "", name: "", role: "owner" },
  } as const;
  return {
    shop,
    profile,
    pagePaths: Array.from({ length: shop.pages }, (_, index) => `/bench/page-${index}.json`),
    launch: () => launch(profile),
    launchEmpty: () => launch(mkdtempSync(join(own, "empty-"))),
    owner: clientOf(docket.url, shop.owner.token, joined),
    end: async () => {
      for (const browser of [...browsers]) await browser.close();
      await site.stop();
      await docket.stop();
      rmSync(own, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Opens the page of a contestant, at its origin. */
export async function openPage(browser: BrowserContext, of: "docket" | "raw" | "against"): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${origins[of]}/bench/${of}.html`);
  await page.waitForFunction((name) => name in globalThis, of);
  return page;
}
