/**
 * Keeps what was just read, for everybody who asks: strangers may ask as often as they like, and only one of them
 * causes a read.
 */
export interface KeptFor<Value> {
  readonly read: () => Promise<Value>;
  /** What was read is out of date. */
  readonly forget: () => void;
}

/**
 * Keeps what `load` answers, or how it fails, for `keptMs`. Who asks while it is being read waits for the same reading.
 * `nowMs` is a clock that never jumps.
 */
export function keptFor<Value>(
  keptMs: number,
  load: () => Promise<Value>,
  nowMs: () => number = () => performance.now(),
): KeptFor<Value> {
  let kept: { readonly reading: Promise<Value>; untilMs: number } | undefined;
  return {
    read: () => {
      if (kept !== undefined && nowMs() < kept.untilMs) return kept.reading;
      const reading = load();
      const now = { reading, untilMs: Number.POSITIVE_INFINITY };
      kept = now;
      const done = () => {
        now.untilMs = nowMs() + keptMs;
      };
      reading.then(done, done);
      return reading;
    },
    forget: () => {
      kept = undefined;
    },
  };
}
