/** Why nothing is sent or received at the moment; the words are the UI's. */
export type SyncTrouble =
  /** No answer: no network, or the server is down. */
  | "unreachable"
  /** Something answered that is not our server: a captive portal, a proxy. */
  | "not-our-server"
  /** The server answers that it cannot now (5xx, 429). */
  | "server-busy"
  /** This device's token was taken back: no access, its work is kept. */
  | "revoked"
  /** The server does not know this device's token: it asks for an invite to the same workspace. */
  | "unknown-token"
  /** Server and app speak different protocols: one of them must be updated. */
  | "unsupported-protocol"
  /** The page does not verify against the hash chain: it was not applied; uploads go on. */
  | "chain-broken"
  /** The server's history is not the one that this device has read. */
  | "history-changed"
  /** Another device uses this identity. */
  | "device-cloned"
  /** The device cannot write: storage full or gone. */
  | "storage"
  /** The server gave an answer that this build does not understand. */
  | "unexpected-answer";

/**
 * What answered instead of our server, where that can be told (`trouble` is then `not-our-server`). It is added to the
 * trouble and does not replace it, so that a tab with an older build of the app still finds words.
 */
export type Between =
  /** The sign-in page of a Wi-Fi. */
  | "captive-portal"
  /** A sign-in in front of the server: of a company, of a hosting service. */
  | "sign-in"
  /** The server can be reached, but a proxy or firewall refuses this request. */
  | "refuses"
  /** A proxy refuses the request because of its size. */
  | "too-large"
  /** A proxy takes headers out of requests. */
  | "drops-headers"
  /** Another server answers at this address. */
  | "other-server";

/**
 * What sync does, for every tab to show; written by the one context that syncs. Times are milliseconds of this
 * device's clock. `position`/`head` tell how far the download is.
 */
export interface SyncStatus {
  readonly phase: "off" | "syncing" | "waiting" | "idle";
  readonly trouble?: SyncTrouble;
  readonly between?: Between;
  readonly lastSuccessAt?: number;
  /** When the next attempt is due, while waiting. */
  readonly nextAttemptAt?: number;
  readonly position: number;
  readonly head: number;
  /** While this device begins with states: how many streams have come, and how many there are. */
  readonly beginning?: { readonly done: number; readonly total: number };
}

/**
 * One try to reach the server, or several equal ones in a row. `at` is the time of the last, by this device's clock.
 */
export interface Attempt {
  readonly at: string;
  readonly tookMs: number;
  readonly outcome: "passed" | SyncTrouble;
  readonly between?: Between;
  /** How many commands went. */
  readonly sent: number;
  /** How far the log was read after it. */
  readonly position: number;
  readonly times: number;
}

/** The last tries, oldest first, and how many there ever were. */
export interface Attempts {
  readonly count: number;
  readonly last: readonly Attempt[];
}
