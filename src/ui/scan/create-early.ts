import { createEffect, untrack } from "solid-js";

/** What was scanned before it could be looked up. */
export interface Early<Scan> {
  readonly keep: (scan: Scan) => void;
  readonly isEmpty: () => boolean;
}

/** Keeps what is scanned before a screen can look it up, and hands it on in its order as soon as it can. */
export function createEarly<Scan>(isReady: () => boolean, take: (scan: Scan) => void): Early<Scan> {
  let early: readonly Scan[] = [];
  createEffect(() => {
    if (!isReady() || early.length === 0) return;
    const scans = early;
    early = [];
    untrack(() => scans.forEach(take));
  });
  return {
    keep: (scan) => {
      early = [...early, scan];
    },
    isEmpty: () => early.length === 0,
  };
}
