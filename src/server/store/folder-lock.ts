import { createHash, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, realpathSync, rmdirSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makeFolderAmongOthers } from "./private-files.ts";

/**
 * Keeps a second process off a data folder: a socket in the folder, on which its holder listens. Whether somebody holds
 * it is asked by connecting, so a holder that was killed (kill -9, power cut) leaves nothing that a person must remove,
 * and process ids, which start again in every container, decide nothing.
 * @returns what lets go of it.
 * @throws Error when another process holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  return process.platform === "win32" ? lockByPipe(folder) : lockBySocket(folder);
}

/** Windows removes a named pipe with its process. */
async function lockByPipe(folder: string): Promise<() => Promise<void>> {
  const server = await listen(`\\\\.\\pipe\\docket-${hashOf(folder)}`).catch((error: unknown) => {
    throw heldError(folder, error);
  });
  return () => close(server);
}

async function lockBySocket(folder: string): Promise<() => Promise<void>> {
  const sockets = socketFolder(folder);
  const path = join(sockets, "lock");
  const own = join(sockets, `lock-${randomBytes(4).toString("hex")}`);
  const server = await listen(own);
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (await findLink(own, path)) {
        return async () => {
          rmSync(path, { force: true });
          await close(server);
        };
      }
      if (await isHeld(path)) throw heldError(folder);
      await removeStale(path);
    }
    throw heldError(folder);
  } catch (error) {
    await close(server);
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

const attemptsMax = 100;

/** The folder itself, or one beside the system's temporary files where its path is too long for a socket's name. */
function socketFolder(folder: string): string {
  const real = realpathSync(folder);
  if (Buffer.byteLength(join(real, "lock-00000000")) < socketPathBytesMax) return real;
  const other = join(tmpdir(), `docket-${hashOf(real)}`);
  makeFolderAmongOthers(other, statSync(real));
  return other;
}

/** `sun_path` of a Unix socket holds 104 bytes on macOS, 108 on Linux. */
const socketPathBytesMax = 104;

/** Hard-linking is atomic: of any number that try, one gets the name. */
async function findLink(own: string, path: string): Promise<boolean> {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a dead holder's socket. Of several that start at once only one may, and it looks again before it does: else
 * the slower would remove the lock that the faster has just taken.
 */
async function removeStale(path: string): Promise<void> {
  const guard = `${path}.taking-over`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    // Whoever took it was killed within a moment: nobody holds it longer.
    if (age > guardMsMax) rmSync(guard, { recursive: true, force: true });
    await delay(20);
    return;
  }
  try {
    if (!(await isHeld(path))) rmSync(path, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

const guardMsMax = 1_000;

/** Whether a living process listens there. */
function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (held: boolean) => {
      socket.destroy();
      resolve(held);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function hashOf(folder: string): string {
  return createHash("sha256").update(folder).digest("hex").slice(0, 16);
}

function heldError(folder: string, cause?: unknown): Error {
  return new Error(`another process uses ${folder}: stop it, or give this one a DATA_DIR of its own`, {
    cause,
  });
}
