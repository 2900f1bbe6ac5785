/** The entry of `npm run verify`, `npm run backup` and `npm run restore`. */
import { runMaintenance } from "./run-maintenance.ts";

// What this process and its children write is this account's alone: the data, the key of the seals, backups.
process.umask(0o077);

process.exitCode = await runMaintenance(process.argv.slice(2), process.env, {
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
