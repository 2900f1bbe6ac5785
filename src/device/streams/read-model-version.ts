import { foldModel } from "../../domain/fold-model.ts";
import { listVersion } from "./list-keys.ts";
import { sumsVersion } from "./sums.ts";

/**
 * What the read models of this build are made by: any other text on disk means that they are built again. The shapes
 * that it reads are part of it, so that an update folds again what an older build could not read (L13).
 */
export function readModelVersion(): string {
  return `list${listVersion} sums${sumsVersion} ${foldModel()}`;
}
