import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { launchOnProfile } from "../../../support/browser-device.ts";
import { clientOf, type ProtocolClient } from "../../../support/protocol-client.ts";
import { startDocket } from "../../../support/start-docket.ts";
import type { Shared } from "../shared.ts";
import type { World } from "../work.ts";
import { bundlePages } from "./bundle-pages.ts";
import { type FilledShop, findShop, serverEnv, siteArgs } from "./filled-shop.ts";
import type { ShopSize } from "./shop.ts";
import { origins, startSite } from "./site.ts";

/** A copy of the filled shop: its server runs, and browsers may be started on its profile. */
export interface OpenShop {
  readonly shop: FilledShop;
  readonly profile: string;
  /** Where the pages of the log are found from any of the origins. */
  readonly pagePaths: readonly string[];
  /** Starts a browser process on the profile. It must be closed before the next. */
  readonly launch: () => Promise<BrowserContext>;
  /** An empty profile, and how to start a browser on it. */
  readonly emptyProfile: () => readonly [profile: string, launch: () => Promise<BrowserContext>];
  readonly owner: Pick<ProtocolClient, "invite">;
  /** Closes the browsers that are still open. */
  readonly end: () => Promise<void>;
}

/**
 * Opens the copy of the filled shop that the works of this run share. What one has written, the next one finds: some
 * hundred orders more, all of them sent.
 */
export async function openShop(world: World, size: ShopSize): Promise<OpenShop> {
  const { shop, own, server, port } = await world.share(`a shop of ${size.orders}`, () =>
    copyShop(world, size),
  );
  const browsers = new Set<BrowserContext>();
  const launch = async (folder: string) => {
    const browser = await launchOnProfile(folder, siteArgs(port));
    browsers.add(browser);
    browser.once("close", () => browsers.delete(browser));
    return browser;
  };
  const joined = {
    workspace: { id: "", name: "" },
    device: { id: "", code: "", name: "", role: "owner" },
  } as const;
  const profile = join(own, "profile");
  return {
    shop,
    profile,
    pagePaths: Array.from({ length: shop.pages }, (_, index) => `/bench/page-${index}.json`),
    launch: () => launch(profile),
    emptyProfile: () => {
      const empty = mkdtempSync(join(own, "empty-"));
      return [empty, () => launch(empty)];
    },
    owner: clientOf(server, shop.owner.token, joined),
    end: async () => {
      for (const browser of [...browsers]) await browser.close();
    },
  };
}

interface CopiedShop {
  readonly shop: FilledShop;
  /** The folder with all of the copy. */
  readonly own: string;
  readonly server: string;
  readonly port: number;
}

async function copyShop(world: World, size: ShopSize): Promise<Shared<CopiedShop>> {
  const shop = await findShop(world, size);
  const own = mkdtempSync(join(tmpdir(), "docket-bench-"));
  const pages = join(own, "pages");
  for (const name of ["profile", "data"])
    cpSync(join(shop.folder, name), join(own, name), { recursive: true });
  await bundlePages(pages, world.against);
  for (let index = 0; index < shop.pages; index += 1)
    cpSync(join(shop.folder, `page-${index}.json`), join(pages, `page-${index}.json`));
  const docket = await startDocket({ ...serverEnv, DATA_DIR: join(own, "data") });
  const site = await startSite(docket.url, pages);
  return {
    value: { shop, own, server: docket.url, port: site.port },
    end: async () => {
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
