import type { BackupWish } from "../../device/export-backup.ts";
import { appVersion } from "../app/app-version.ts";
import { saveFile } from "../design/save-file.ts";
import type { Workspace } from "../workspace/workspace-context.tsx";

/** Makes a backup file and offers it to save; tells how many commands it holds. What makes it is loaded only now. */
export async function saveCopy({ device }: Workspace, wish: Omit<BackupWish, "app">): Promise<number> {
  const { exportBackup } = await import("../../device/export-backup.ts");
  const { fileName, parts, commandCount } = await exportBackup(device, { ...wish, app: appVersion });
  saveFile(fileName, parts, "application/x-ndjson");
  return commandCount;
}
