/** A signal with an abort of its own that also aborts with another. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Stops listening to the other signal, once this one is no longer needed. */
  readonly release: () => void;
}

/**
 * A signal that aborts with `outer`, or on its own. Of our own, since `AbortSignal.any` is younger than our browsers.
 */
export function linkedAbort(outer: AbortSignal): LinkedAbort {
  const own = new AbortController();
  const abort = () => own.abort();
  if (outer.aborted) abort();
  else outer.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, abort, release: () => outer.removeEventListener("abort", abort) };
}
