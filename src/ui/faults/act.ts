/** An action that somebody started with a tap or a key has failed; `cause` is why. */
export class ActFailed extends Error {
  constructor(cause: unknown) {
    super("something that somebody did has failed", { cause });
  }
}

/**
 * Runs what a tap or a key asks for. Every action of the app goes through here, so that none fails silently: what it
 * throws reaches `FaultWatch`, which says it in words.
 */
export function act(work: Promise<unknown>): void {
  work.catch((error: unknown) => reportError(new ActFailed(error)));
}

/** The same for what nobody has asked for: it is noted, and said without a word of what somebody did. */
export function inBackground(work: Promise<unknown>): void {
  work.catch(reportError);
}
