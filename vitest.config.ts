import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { modernDexie } from "./scripts/modern-dexie.mjs";

/**
 * Which project runs the unit tests (`*.test.ts`) of which folder of `test`. Playwright's tests are called `*.spec.ts`.
 * Those right in `test` run with the tooling. The architecture test fails when a test file stands in a folder that is missing here: it would never run.
 */
export const testFolders = {
  domain: ["domain", "protocol"],
  device: ["device", "sync", "worker"],
  simulation: ["programs/simulation"],
  server: ["server"],
  ui: ["ui"],
  tooling: ["scripts", "programs/bench"],
} as const;

const include = (project: keyof typeof testFolders) =>
  testFolders[project].map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);

const seconds = 1000;

/** How long a test may take before it counts as hung: never a matter of speed, which noisy machines do not keep. */
const testTimeout = 60 * seconds;

/** Begins with what takes longest: started last, it would run on alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes("/programs/simulation/");
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** The Dexie that the app has. */
const resolve = { alias: [modernDexie] };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Vitest leaves one core to whoever looks on: of two it would use one. Many of these tests wait for a database.
    maxWorkers: 2,
    projects: [
      { test: { name: "domain", environment: "node", include: include("domain"), testTimeout } },
      {
        resolve,
        test: {
          name: "device",
          environment: "node",
          include: include("device"),
          testTimeout,
          // IndexedDB in memory. It schedules with setImmediate: a test that fakes timers must leave that one alone.
          setupFiles: ["fake-indexeddb/auto"],
        },
      },
      {
        resolve,
        test: {
          name: "simulation",
          environment: "node",
          include: include("simulation"),
          setupFiles: ["fake-indexeddb/auto"],
          testTimeout: 120 * seconds,
        },
      },
      {
        test: {
          name: "server",
          environment: "node",
          include: include("server"),
          globalSetup: ["test/support/provide-postgres.ts"],
          testTimeout,
          hookTimeout: 120 * seconds,
        },
      },
      {
        // The plugin also picks Solid's browser build: without it a test would get the one for server rendering.
        plugins: [solid()],
        resolve,
        define: { __APP_VERSION__: JSON.stringify("test") },
        test: {
          name: "ui",
          environment: "node",
          include: include("ui"),
          testTimeout,
          setupFiles: ["fake-indexeddb/auto"],
        },
      },
      {
        test: {
          name: "tooling",
          environment: "node",
          include: ["test/*.test.ts", ...include("tooling")],
          testTimeout,
        },
      },
    ],
  },
});
