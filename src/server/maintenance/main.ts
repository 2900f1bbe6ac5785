/** The entry of `npm run verify`, `npm run backup` and `npm run restore`. */
import { runMaintenance } from "./run-maintenance.ts";

process.exitCode = await runMaintenance(process.argv.slice(2), process.env, {
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
