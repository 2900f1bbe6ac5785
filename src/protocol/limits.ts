/** Every limit of protocol 1. Bytes count decoded (after gzip) UTF-8; over a limit is a clear error, never a hang. */
export const limits = {
  eventBytes: 256 * 1024,
  /** Of an event's data, what is in members that its schema does not know. */
  unknownBytes: 4 * 1024,
  commandBytes: 512 * 1024,
  commandEvents: 2_000,
  requestBytes: 1024 * 1024,
  requestCommands: 200,
  /**
   * What a device fills a request with that gives commands back after a restore, and what the server takes: a single
   * command of the largest kind, with 2,000 events as they are in the log, may be longer than the former.
   */
  resupplyBytes: 2 * 1024 * 1024,
  resupplyBytesMax: 5 * 1024 * 1024,
  /** A backup file that is restored: what waits on a device is far less, its whole log may be more. */
  backupBytes: 64 * 1024 * 1024,
  pageEvents: 1_000,
  pageBytes: 1024 * 1024,
  /** What a page of states holds at most instead of events. */
  pageStates: 500,
  /** How deep JSON may nest. */
  jsonDepth: 32,
  /** How many bytes of a request's limit each member or element of its JSON takes at least, on average. */
  jsonBytesPerMember: 16,
  /** Unicode code units of one short text (a name, a SKU) and of a long one (a note). */
  shortText: 200,
  longText: 4_000,
  chainPositions: 64,
} as const;

/** The version of the protocol that this build speaks, as it is in the header `docket-protocol`. */
export const protocolVersion = "1";

/** On every request and response; a response without it did not come from our server. */
export const protocolHeader = "docket-protocol";

/** Where the app leads for signing in to what is in front of the server; the server itself leads back. */
export const signInPath = "/v1/sign-in";
