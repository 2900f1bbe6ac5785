import { fsyncSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/**
 * PGlite's files in a folder, made durable. As it comes, PGlite never flushes: its file system has no `fsync`, so that
 * what PostgreSQL believes to be on disk is in the page cache only. Together with `durableStartParams` every commit
 * ends in a real fsync of the log (L3). `onFsync` hears of each, for the test that counts them.
 */
export function makeDurableFileSystem(folder: string, onFsync: () => void = () => {}): NodeFS {
  const files = new NodeFS(folder);
  const init = files.init.bind(files);
  files.init = async (pg, options) => {
    const { emscriptenOpts } = await init(pg, options);
    const addFsync = (module: unknown) => {
      const { NODEFS } = module as EmscriptenModule;
      NODEFS.stream_ops.fsync = (stream) => {
        if (typeof stream.nfd !== "number") return 0;
        try {
          fsyncSync(stream.nfd);
        } catch (error) {
          if (isUnsupported(error)) return 0;
          return ioError;
        }
        onFsync();
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
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

/** The part of Emscripten's module that is touched here. Its types do not name it. */
interface EmscriptenModule {
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: { readonly nfd?: number }) => number };
  };
}

/** EIO in WASI's numbering, which is what the caller puts into errno. */
const ioError = 29;

/** Some systems cannot flush a folder: PostgreSQL takes that in its stride, and so do we. */
function isUnsupported(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EINVAL" || code === "EISDIR" || code === "EPERM" || code === "EBADF";
}
