import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json, from the source and from the build alike: both stand two folders below. */
export const packageDir = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The version of this build, as package.json says. */
export function readVersion(): string {
  const path = join(packageDir, "package.json");
  if (!existsSync(path)) return "0.0.0";
  const parsed = JSON.parse(readFileSync(path, "utf8")) as { readonly version?: unknown };
  return typeof parsed.version === "string" ? parsed.version : "0.0.0";
}
