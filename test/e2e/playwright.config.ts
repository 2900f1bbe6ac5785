import { defineConfig } from "@playwright/test";
import { chromiumArgs, findChromium } from "../../scripts/find-chromium.mjs";

/** The tests in a real browser (`*.spec.ts`), against the built app: `npm run test:e2e`. */
export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/e2e",
  forbidOnly: process.env.CI === "true",
  // A test that passes at the second try has found something.
  retries: 0,
  workers: 2,
  // How long before something counts as hung: never a matter of speed, which noisy machines do not keep.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: {
    launchOptions: { executablePath: findChromium(), args: chromiumArgs },
    // A trace's screencast costs as much as the browser itself. What a failure needs is told by its steps and its end.
    screenshot: "only-on-failure",
    contextOptions: { reducedMotion: "reduce" },
  },
});
