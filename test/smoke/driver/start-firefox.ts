import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFirefox } from "../../../scripts/find-smoke-browsers.mjs";
import { downloadsOf, environmentOf, orKill, type Started, untilStarted } from "./browser-process.ts";
import { startGroup } from "./process-group.ts";
import { openOverMarionette } from "./webdriver.ts";

/** Starts Firefox on a profile, without a screen. */
export async function startFirefox(profile: string): Promise<Started> {
  const found = findFirefox();
  if ("missing" in found) throw new Error(found.missing);
  const portFile = join(profile, "MarionetteActivePort");
  rmSync(portFile, { force: true });
  const settings = {
    "marionette.port": 0,
    "browser.download.dir": downloadsOf(profile),
    "browser.download.folderList": 2,
    "intl.accept_languages": "en-GB",
    // Without a screen it believes that there is no mouse.
    "ui.primaryPointerCapabilities": 6,
    "ui.allPointerCapabilities": 6,
    // What pages write to the console it prints at once.
    "devtools.console.stdout.content": true,
    // What it would fetch for itself only disturbs.
    "app.update.disabledForTesting": true,
    "datareporting.policy.dataSubmissionEnabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const args = ["--marionette", "--headless", "--no-remote", "--profile", profile];
  const size = { MOZ_HEADLESS_WIDTH: "1280", MOZ_HEADLESS_HEIGHT: "900" };
  const group = startGroup(found.program, args, { ...environmentOf(profile), ...size });
  return orKill(group, async () => {
    const port = await untilStarted(group, () => Number(readFileSync(portFile, "utf8")) || undefined);
    return { group, ...(await openOverMarionette(port)) };
  });
}
