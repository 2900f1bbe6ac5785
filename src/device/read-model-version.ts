import { kinds } from "../domain/kinds.ts";
import { listVersion } from "./list-keys.ts";
import { sumsVersion } from "./sums.ts";

/** What the read models of this build are made by: any other text on disk means that they are built again. */
export function readModelVersion(): string {
  const folds = Object.entries(kinds).map(([name, kind]) => `${name}${kind.evolveVersion}`);
  return [`list${listVersion}`, `sums${sumsVersion}`, ...folds].join(" ");
}
