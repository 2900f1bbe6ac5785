/** Which way bodies go to a server: packed (gzip), or as they are where something on the way refuses packed ones. */
export interface Packing {
  readonly packs: () => boolean;
  /** A body got through as it is, where the packed one did not. */
  readonly notePlainPassed: () => void;
  /** A body did not get through, and nothing answered. */
  readonly noteCut: () => void;
  readonly notePassed: () => void;
}

/** How long bodies go as they are before packing is tried again. */
const plainMs = 60 * 60_000;

/** Every so many cuts in a row one body goes as it is: some firewalls end the connection instead of answering. */
const cutsPerPlain = 3;

/** Remembers the way to one server. In memory: a new start of the app finds it again with its first large body. */
export function makePacking(nowMs: () => number): Packing {
  let plainUntilMs = 0;
  let cuts = 0;
  return {
    packs: () => nowMs() >= plainUntilMs && cuts % cutsPerPlain !== cutsPerPlain - 1,
    notePlainPassed: () => {
      cuts = 0;
      // What passes meanwhile does not put off trying again.
      if (nowMs() < plainUntilMs) return;
      plainUntilMs = nowMs() + plainMs;
    },
    noteCut: () => {
      cuts += 1;
    },
    notePassed: () => {
      cuts = 0;
    },
  };
}
