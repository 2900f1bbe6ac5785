/**
 * `npm run test:quick`: types, lint and the unit tests that need neither a database nor a browser, for the time between
 * two commits. Stops at the first step that fails.
 */
import { runStep } from "./run-step.mjs";

const steps = [
  "tsc -b",
  "biome check --error-on-warnings .",
  "vitest run --reporter=dot --project domain --project tooling --project ui --project device",
];

process.exitCode = steps.every((step) => runStep(step)) ? 0 : 1;
