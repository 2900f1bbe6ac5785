/** An end of its own that also comes with another's. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Lets go of the other signal, once this one is of no more use. */
  readonly release: () => void;
}

/** A signal that aborts with `outer`, or by itself. Of our own, since `AbortSignal.any` is younger than our browsers. */
export function linkedAbort(outer: AbortSignal): LinkedAbort {
  const own = new AbortController();
  const abort = () => own.abort();
  if (outer.aborted) abort();
  else outer.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, abort, release: () => outer.removeEventListener("abort", abort) };
}
