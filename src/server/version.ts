import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder that holds package.json, from the source and from the build alike: the nearest one above. How deep the
 * build puts this module hangs on which programs share it.
 */
export const packageDir = findPackageDir(dirname(fileURLToPath(import.meta.url)));

function findPackageDir(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const above = dirname(from);
  return above === from ? from : findPackageDir(above);
}

/** The version of this build, as package.json says. */
export function readVersion(): string {
  const path = join(packageDir, "package.json");
  if (!existsSync(path)) return "0.0.0";
  const parsed = JSON.parse(readFileSync(path, "utf8")) as { readonly version?: unknown };
  return typeof parsed.version === "string" ? parsed.version : "0.0.0";
}
