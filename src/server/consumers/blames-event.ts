import { codeOf } from "../store/retry.ts";
import { isStoreUnavailable } from "../store/store-unavailable.ts";

/**
 * Why an event, and not the database, is at fault for what was thrown while it was taken; undefined where the database
 * is. What the database's own trouble is, is listed: whatever else is thrown would be thrown again for ever. The reason
 * is in our own words: the database's message may quote the event.
 */
export function whyPoisoned(error: unknown): string | undefined {
  if (isStoreUnavailable(error)) {
    const cause = error instanceof Error ? error.cause : undefined;
    // A conflict six times in a row is not a race: the row is there for good.
    return codeOf(cause) === uniqueViolation ? refused(uniqueViolation) : undefined;
  }
  const code = codeOf(error);
  if (code !== undefined && isOfDatabase(code)) return undefined;
  if (code !== undefined && sqlState.test(code)) return refused(code);
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : "something was thrown";
}

function refused(code: string): string {
  return `the database refuses it (${code})`;
}

const uniqueViolation = "23505";
const sqlState = /^[0-9A-Z]{5}$/;

/** SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), postgres.js's and Node's codes. */
function isOfDatabase(code: string): boolean {
  return (
    code === uniqueViolation ||
    databaseCodes.has(code) ||
    (sqlState.test(code) && databaseClasses.has(code.slice(0, 2)))
  );
}

const databaseClasses: ReadonlySet<string> = new Set([
  "08", // connection
  "25", // transaction state: a standby that takes no writes, a transaction that has failed already
  "28", // authorization
  "3D", // no such database
  "40", // rollback: serialization, deadlock
  "42", // a table or column that is not there (yet), a right that is missing: no event can help it
  "53", // resources: disk, memory, connections
  "55", // not in the state that is needed: a lock, an object in use
  "57", // an operator: shutdown, a statement that was cancelled
  "58", // the system: input and output
  "XX", // the database is wrong itself
]);

const databaseCodes: ReadonlySet<string> = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "EIO",
  "EMFILE",
  "ENETUNREACH",
  "ENFILE",
  "ENOSPC",
  "ENOTFOUND",
  "EPIPE",
  "EROFS",
  "ETIMEDOUT",
]);
