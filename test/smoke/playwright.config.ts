import { defineConfig } from "@playwright/test";

const wantsReport = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE !== undefined;

/**
 * The smoke suite: what matters most, in Firefox and in WebKit, against the built app: `npm run test:smoke`. Of
 * Playwright only the runner: its own builds of these browsers are not Debian's, and need a download.
 */
export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/smoke",
  globalSetup: "./start-server.ts",
  forbidOnly: process.env.CI === "true",
  // A test that passes at the second try has found something.
  retries: 0,
  // One engine each.
  workers: 2,
  // How long before something counts as hung: never a matter of speed, which noisy machines do not keep.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // The times of each step; `npm test` asks for a report, too, and says where.
  reporter: [["list", { printSteps: true }], ...(wantsReport ? [["json"] as const] : [])],
});
