/**
 * A server in a process of its own, for tests that kill it, with its clock as far ahead as `CLOCK_AHEAD_MS` says: leases
 * that run out in half a minute have run out. It is configured as the real one, and says `ready` and where it is.
 */
import { parseConfig } from "../../../src/server/config.ts";
import { startServer } from "../../../src/server/start-server.ts";

const parsed = parseConfig(process.env);
if (parsed.outcome === "faults") throw new Error(parsed.faults.join("\n"));
const aheadMs = Number(process.env.CLOCK_AHEAD_MS);
const clock = () => new Date(Date.now() + aheadMs);
const server = await startServer(parsed.config, { clientDir: null, clock });
console.log(`ready ${server.url}`);
