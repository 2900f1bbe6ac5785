import { kinds } from "../domain/kinds.ts";
import { schemaVersions } from "../domain/upcast.ts";
import { listVersion } from "./list-keys.ts";
import { sumsVersion } from "./sums.ts";

/**
 * What the read models of this build are made by: any other text on disk means that they are built again. The shapes
 * that it reads are part of it, so that an update folds again what an older build could not read (L13).
 */
export function readModelVersion(): string {
  const folds = Object.entries(kinds).map(([name, kind]) => `${name}${kind.evolveVersion}`);
  const shapes = Object.entries(schemaVersions).map(([type, version]) => `${type}@${version}`);
  return [`list${listVersion}`, `sums${sumsVersion}`, ...folds, ...shapes].join(" ");
}
