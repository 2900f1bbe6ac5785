/**
 * `npm run check`: what can be said about the code without running it. Every step runs, so that one look shows all
 * that is wrong; a warning counts as an error.
 */
import { runStep } from "./run-step.mjs";

const steps = [
  { name: "types", command: "tsc -b" },
  { name: "format and lint", command: "biome check --error-on-warnings ." },
  { name: "promises", command: "oxlint --type-aware --deny-warnings" },
  { name: "dead code", command: "knip" },
  { name: "architecture", command: "vitest run --project tooling test/architecture.test.ts" },
];

const failed = steps.filter(({ name, command }) => {
  console.log(`\n== ${name}: ${command}`);
  return !runStep(command);
});

console.log(
  failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.map(({ name }) => name).join(", ")}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
