/**
 * Consumers in a process of their own (`npm run inventory`): configured like the server, beside any number of them, on
 * the same PostgreSQL. Ended by SIGTERM or SIGINT.
 */
import { parseConfig } from "./config.ts";
import { endOnSignal } from "./end-on-signal.ts";
import { faultOf } from "./http/reply-problem.ts";
import { openStore } from "./open-store.ts";
import { prepareServices } from "./prepare-services.ts";
import { startTelemetry } from "./telemetry/start-telemetry.ts";
import { readVersion } from "./version.ts";

// What this process and its children write is this account's alone: the data, the key of the seals, backups.
process.umask(0o077);

const parsed = parseConfig(process.env);
if (parsed.outcome === "faults") fail(["Docket's services cannot start:", ...parsed.faults].join("\n  "));
const { config } = parsed;
if (config.databaseUrl === null)
  fail(
    "A service of its own needs DATABASE_URL: the embedded database has room for one process, and the server runs its services there.",
  );

const log = (level: number, facts: object) =>
  console.log(JSON.stringify({ level, time: Date.now(), ...facts }));
const telemetry = await startTelemetry(process.env, {
  version: readVersion(),
  warn: (msg, facts) => log(40, { msg, ...facts }),
});
const store = await openStore(config, telemetry.metrics).catch((error: unknown) =>
  fail(`Docket's services cannot start: ${error instanceof Error ? error.message : String(error)}`),
);
const services = prepareServices(store, config, {
  clock: () => new Date(),
  telemetry,
  report: (msg, error, facts) => log(50, { msg, ...facts, fault: faultOf(error) }),
  warn: (msg, facts) => log(40, { msg, ...facts }),
});
if (services.names.length === 0)
  fail("CONSUMERS names none: expected CONSUMERS=inventory, CONSUMERS=webhooks or both");
services.follow();
console.log(`Following the log: ${services.names.join(", ")}`);

endOnSignal([...services.stop, () => store.close(), telemetry.stop], (error) =>
  log(60, { msg: "stopping failed", fault: faultOf(error) }),
);

function fail(words: string): never {
  console.error(words);
  process.exit(1);
}
