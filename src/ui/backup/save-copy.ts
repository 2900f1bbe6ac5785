import { type BackupWish, exportBackup } from "../../device/files/export-backup.ts";
import { supportFile } from "../../device/files/support-file.ts";
import type { Stall } from "../../sync/contexts/watchdog.ts";
import { saveFile } from "../design/save-file.ts";
import { recentFaults } from "../faults/recent-faults.ts";
import { appVersion } from "../pwa/app-version.ts";
import type { Workspace } from "../workspace/workspace-context.tsx";

/** Makes a backup file and offers it to save; tells how many commands it holds, undefined when it was not wanted. */
export async function saveCopy(
  { device }: Workspace,
  wish: Omit<BackupWish, "app">,
): Promise<number | undefined> {
  const { fileName, parts, commandCount } = await exportBackup(device, { ...wish, app: appVersion });
  const isSaved = await saveFile(fileName, parts, "application/x-ndjson");
  return isSaved ? commandCount : undefined;
}

/** Makes a support file and offers it to save; `stall` is what the watchdog has tried, where work is not sent. */
export async function saveSupport({ device }: Workspace, stall: Stall | undefined): Promise<void> {
  const facts = {
    app: appVersion,
    browser: navigator.userAgent,
    faults: recentFaults(),
    ...(stall === undefined ? {} : { stall }),
  };
  const text = await supportFile(device, facts);
  const day = new Date(device.now()).toISOString().slice(0, 10);
  await saveFile(`docket-support-${day}.json`, [text], "application/json");
}
