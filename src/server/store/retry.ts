import { setTimeout as delay } from "node:timers/promises";
import { isStoreUnavailable, storeUnavailable } from "./store-unavailable.ts";

/**
 * Runs a transaction again when it failed in a way that a second try can mend: serialization failure, deadlock, lost a
 * race for a unique key, or a connection that went away while nobody knows whether it committed. Its work reads before
 * it writes, so a commit that did happen is found and answered, not repeated (L4).
 */
export async function withRetry<Result>(
  run: () => Promise<Result>,
  { luck = Math.random, onRetry }: RetryOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (isBusy(error)) throw storeUnavailable("it took too long", error);
      if (!isTransient(error)) throw error;
      if (attempt === attemptsMax) {
        if (isStoreUnavailable(error)) throw error;
        throw storeUnavailable(`${attempt} attempts failed`, error);
      }
      onRetry?.(codeOf(error) ?? "none");
      await delay(luck() * backoffMs * 2 ** attempt);
    }
  }
}

/** `luck` draws how long a try waits, from 0 to 1; `onRetry` hears of each further try, with the code that made it. */
export interface RetryOptions {
  readonly luck?: () => number;
  readonly onRetry?: (code: string) => void;
}

/** Whether the same transaction may succeed when it is run again at once. */
function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (transientCodes.has(code) || code.startsWith("08"));
}

const attemptsMax = 6;
const backoffMs = 10;

/** PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html), postgres.js's and Node's. */
const transientCodes = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "40003", // statement_completion_unknown
  "23505", // unique_violation: somebody was faster, reading again shows what
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
]);

/** Whether the database had no time, no room or no connection: trying again at once would make it worse. */
function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (busyCodes.has(code) || code.startsWith("53"));
}

const busyCodes = new Set([
  "57014", // query_canceled, by statement_timeout
  "55P03", // lock_not_available, by lock_timeout
  "CONNECT_TIMEOUT",
  "CONNECTION_ENDED",
]);

/** The code of a database or network error, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
