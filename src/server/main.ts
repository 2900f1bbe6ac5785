/** The server's entry: configured by environment variables, ended by SIGTERM or SIGINT. */
import { parseConfig } from "./config.ts";
import { endOnSignal } from "./end-on-signal.ts";
import { faultOf } from "./http/reply-problem.ts";
import { startServer } from "./start-server.ts";
import { startTelemetry } from "./telemetry/start-telemetry.ts";
import { readVersion } from "./version.ts";

// What this process and its children write is this account's alone: the data, the key of the seals, backups.
process.umask(0o077);

const parsed = parseConfig(process.env);
if (parsed.outcome === "faults") {
  console.error(["Docket cannot start:", ...parsed.faults].join("\n  "));
  process.exit(1);
}

const telemetry = await startTelemetry(process.env, {
  version: readVersion(),
  warn: (msg, facts) => console.error(JSON.stringify({ level: 40, time: Date.now(), msg, ...facts })),
});
const server = await startServer(parsed.config, { telemetry }).catch((error: unknown) => {
  console.error(`Docket cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

console.log(`Docket is at ${parsed.config.publicUrl ?? server.url}`);
if (server.setupUrl !== null) console.log(`Start your workspace at ${server.setupUrl}`);

endOnSignal([server.stop, telemetry.stop], (error) =>
  console.error(JSON.stringify({ level: 60, msg: "stopping failed", fault: faultOf(error) })),
);
