import { defineConfig } from "@playwright/test";
import { chromiumArgs, findChromium } from "../../../scripts/find-chromium.mjs";

/** The pictures of every screen: `npm run screens` puts them into `screens/`. */
export default defineConfig({
  testDir: ".",
  outputDir: "../../../test-results/screens",
  retries: 0,
  workers: 1,
  timeout: 300_000,
  reporter: "list",
  use: { launchOptions: { executablePath: findChromium(), args: chromiumArgs } },
});
