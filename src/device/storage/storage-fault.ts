/** Why the device could not write, by the names that IndexedDB and Dexie give. `message` is the browser's own. */
export interface StorageFault {
  readonly why: "quota" | "storage";
  readonly message: string;
}

/**
 * Tells a full disk from a broken one.
 * @throws the error itself if it is not the storage's: then we were wrong, and that is never hidden.
 */
export function mustStorageFault(error: unknown): StorageFault {
  const fault = findStorageFault(error);
  if (fault === undefined) throw error;
  return fault;
}

/** Lets the storage's own faults pass. Throws every other error: then we were wrong, and that is never hidden. */
export function rethrowUnlessStorage(error: unknown): void {
  if (findStorageFault(error) === undefined) throw error;
}

/** Like `mustStorageFault`, but undefined for other errors, for callers that have to clean up before they throw. */
export function findStorageFault(error: unknown): StorageFault | undefined {
  const names = errorNames(error, 0);
  const message = error instanceof Error ? error.message : String(error);
  if (names.some((name) => name === "QuotaExceededError")) return { why: "quota", message };
  if (names.some((name) => storageErrors.has(name))) return { why: "storage", message };
  return undefined;
}

const storageErrors = new Set([
  "AbortError",
  "DatabaseClosedError",
  "InvalidStateError",
  "MissingAPIError",
  "NotReadableError",
  "OpenFailedError",
  "TimeoutError",
  "TransactionInactiveError",
  "UnknownError",
  "VersionError",
]);

/** Dexie tells of one write that failed in `inner`, and of several in `failures`; the first few of those say why. */
function errorNames(error: unknown, depth: number): readonly string[] {
  if (typeof error !== "object" || error === null || depth > 5) return [];
  const name = "name" in error && typeof error.name === "string" ? [error.name] : [];
  const inner = "inner" in error ? errorNames(error.inner, depth + 1) : [];
  const failures = "failures" in error && Array.isArray(error.failures) ? error.failures.slice(0, 3) : [];
  return [...name, ...inner, ...failures.flatMap((failure) => errorNames(failure, depth + 1))];
}
