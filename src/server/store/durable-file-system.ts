import { fsyncSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** What a test may use instead of the real disk, to see what happens when it fails. */
export interface DiskFaults {
  /** Called after each real flush. What it throws counts as a failed flush. */
  readonly onFsync?: () => void;
  /** Called before each write. What it throws counts as a failed write. */
  readonly onWrite?: () => void;
}

/**
 * PGlite's files in a folder, made durable. As it comes, PGlite never flushes: its file system has no `fsync`, so that
 * what PostgreSQL believes to be on disk is in the page cache only. Together with `durableStartParams` every commit
 * ends in a real fsync of the log (L3).
 *
 * A write or flush that fails ends the whole instance: it throws through PostgreSQL instead of telling it. Told of it,
 * PostgreSQL panics while it holds the lock of its log; PGlite's goes on after that and waits for the lock, which
 * nobody will ever free, in a loop that no JavaScript can leave.
 */
export function makeDurableFileSystem(folder: string, faults: DiskFaults = {}): NodeFS {
  const files = new NodeFS(folder);
  const init = files.init.bind(files);
  files.init = async (pg, options) => {
    const { emscriptenOpts } = await init(pg, options);
    const harden = (module: unknown) => hardenOperations((module as EmscriptenModule).NODEFS, faults);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), harden] } };
  };
  return files;
}

/**
 * How PGlite's PostgreSQL starts: its own parameters without `-F` (which turns fsync off), and flushing the log by
 * `fsync`, because its `fdatasync`, the default, does nothing.
 * Source: PGlite.defaultStartParams of 0.5.
 */
export const durableStartParams: readonly string[] = [
  "--single",
  "-O",
  "-j",
  ...[
    "search_path=public",
    "exit_on_error=false",
    "log_checkpoints=false",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_parallel_workers_per_gather=0",
    "io_method=sync",
    "max_parallel_maintenance_workers=0",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "wal_sync_method=fsync",
  ].flatMap((setting) => ["-c", setting]),
];

function hardenOperations({ stream_ops: streams, node_ops: nodes }: NodeFiles, faults: DiskFaults): void {
  const write = deadly(streams.write);
  streams.write = (...args) => {
    if (faults.onWrite !== undefined) deadly(faults.onWrite)();
    return write(...args);
  };
  streams.open = deadly(streams.open);
  nodes.mknod = deadly(nodes.mknod);
  const setAttributes = deadly(nodes.setattr);
  // Emscripten gives each new file its mode once more after it was made, past the process's umask.
  nodes.setattr = (node, attributes) => setAttributes(node, privately(attributes));
  nodes.rename = deadly(nodes.rename);
  streams.fsync = (stream) => {
    if (typeof stream.nfd !== "number") return 0;
    try {
      fsyncSync(stream.nfd);
      faults.onFsync?.();
    } catch (error) {
      if (!isUnsupported(error)) throw diskFailure(error);
    }
    return 0;
  };
}

/** Attributes to be set, without what others might do with the file. */
function privately(attributes: FileAttributes): FileAttributes {
  const { mode } = attributes;
  return mode === undefined ? attributes : { ...attributes, mode: mode & ~0o077 };
}

/** An operation whose failure for want of space or by a broken disk ends the instance; all other failures are told. */
function deadly<Args extends readonly unknown[], Result>(operation: (...args: Args) => Result) {
  return (...args: Args): Result => {
    try {
      return operation(...args);
    } catch (error) {
      throw isDeadly(error) ? diskFailure(error) : error;
    }
  };
}

function diskFailure(cause: unknown): Error {
  return new Error("the disk has failed or is full", { cause });
}

/** Emscripten's file systems throw their own errors, with WASI's numbers. */
function isDeadly(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return true;
  return "errno" in error && typeof error.errno === "number" ? deadlyNumbers.has(error.errno) : true;
}

/** EDQUOT, EIO, EMFILE, ENFILE, ENOSPC, EROFS. Source: https://github.com/WebAssembly/WASI (errno). */
const deadlyNumbers = new Set([19, 29, 33, 41, 51, 69]);

/** Some systems cannot flush a folder: PostgreSQL ignores that, and so do we. */
function isUnsupported(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EINVAL" || code === "EISDIR" || code === "EPERM" || code === "EBADF";
}

type Operation = (...args: readonly unknown[]) => unknown;

/** The part of Emscripten's module that is touched here. Its types do not name it. */
interface EmscriptenModule {
  readonly NODEFS: NodeFiles;
}

interface FileAttributes {
  readonly mode?: number;
}

interface NodeFiles {
  readonly stream_ops: {
    write: Operation;
    open: Operation;
    fsync?: (stream: { readonly nfd?: number }) => number;
  };
  readonly node_ops: {
    mknod: Operation;
    setattr: (node: unknown, attributes: FileAttributes) => unknown;
    rename: Operation;
  };
}
