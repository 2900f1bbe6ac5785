/** What was read a moment ago, for everybody who asks: strangers may ask as often as they like, and one of them reads. */
export interface KeptFor<Value> {
  readonly read: () => Promise<Value>;
  /** What was read is not so any more. */
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
