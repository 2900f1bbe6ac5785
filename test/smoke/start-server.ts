import { installSmokeBrowsers } from "../../scripts/find-smoke-browsers.mjs";
import { startDocket } from "../support/start-docket.ts";

/** Finds the browsers, or installs them, and starts the one server of the run: `serverUrl` tells where. */
// biome-ignore lint/style/noDefaultExport: Playwright takes a global setup in no other way.
export default async function startServer(): Promise<() => Promise<void>> {
  installSmokeBrowsers();
  const docket = await startDocket({ LOG_LEVEL: "warn" });
  process.env.SMOKE_SERVER = docket.url;
  return docket.stop;
}
