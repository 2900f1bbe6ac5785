import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Notes that a fault really happened, so that `npm test` can tell which never did. Without a whole run it notes nothing.
 * @param fault its number in `scripts/faults.mjs`.
 * @param moduleUrl `import.meta.url` of the test.
 */
export function fired(fault: number, moduleUrl: string, times = 1): void {
  const path = process.env["FAULTS_FILE"];
  if (path === undefined || times === 0) return;
  const file = relative(process.cwd(), fileURLToPath(moduleUrl)).replaceAll("\\", "/");
  appendFileSync(path, `${JSON.stringify({ fault, file, times })}\n`);
}
