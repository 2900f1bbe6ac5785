import { chmodSync, lstatSync, mkdirSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** What was found open to others: how many files and folders are private now, and how many could not be changed. */
export interface Narrowed {
  readonly changed: number;
  readonly failed: number;
}

/**
 * Makes a folder for data that is this account's alone. A folder that is there already is narrowed as well, but not one
 * that many accounts share (its sticky bit is set, as on `/tmp`) or that is somebody else's: what we keep in it is
 * private automatically.
 */
export function makePrivateFolder(folder: string): Narrowed {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = statSync(folder);
  const isShared = (found.mode & stickyBit) !== 0 || !isOurs(found);
  return isShared ? nothingNarrowed : narrow(folder, found);
}

/** Takes from everybody else what they may do with a folder and all that is in it. Symbolic links are not followed. */
export function narrowTree(folder: string): Narrowed {
  const within = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return narrowTree(path);
    return entry.isSymbolicLink() ? nothingNarrowed : narrow(path, lstatSync(path));
  });
  return sumOf([narrow(folder, statSync(folder)), ...within]);
}

/** Both together. */
export function sumOf(found: readonly Narrowed[]): Narrowed {
  return found.reduce(
    (sum, one) => ({ changed: sum.changed + one.changed, failed: sum.failed + one.failed }),
    nothingNarrowed,
  );
}

/** The line that says what was found; undefined where all was private already. */
export function wordsOfNarrowed(folder: string, { changed, failed }: Narrowed): string | undefined {
  const what = `files and folders in ${folder} were open to other accounts of this machine`;
  if (failed > 0)
    return `${changed + failed} ${what}: ${failed} of them still are, and belong to somebody else`;
  return changed === 0 ? undefined : `${changed} ${what}: they are private now`;
}

/**
 * A folder for files that decide something, in a location that all accounts share. Whoever else has made it could
 * decide instead, so it must be ours, or of whoever `owner` is, and is closed to everybody else.
 * @throws Error when it is somebody else's, or no folder.
 */
export function makeFolderAmongOthers(folder: string, owner: Stats): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It is there already, or cannot be made: the next line finds out.
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || (!isOurs(found) && found.uid !== owner.uid)) {
    throw new Error(
      `${folder} belongs to another account, and the lock of the data folder must be there: remove it, or name a DATA_DIR with a shorter path`,
    );
  }
  narrow(folder, found);
}

const nothingNarrowed: Narrowed = { changed: 0, failed: 0 };

const stickyBit = 0o1000;
const ofOthers = 0o077;

/** Windows has no such modes: there the account's own folders are private. */
function narrow(path: string, { mode }: Stats): Narrowed {
  if (process.platform === "win32" || (mode & ofOthers) === 0) return nothingNarrowed;
  try {
    chmodSync(path, mode & 0o7777 & ~ofOthers);
    return { changed: 1, failed: 0 };
  } catch {
    // It is somebody else's, or on a disk without modes: the line that is written says so.
    return { changed: 0, failed: 1 };
  }
}

function isOurs({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}
