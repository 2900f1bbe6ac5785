import { findStorageFault } from "../../device/storage/storage-fault.ts";
import { ActFailed } from "./act.ts";
import { findKept, keep } from "./session.ts";

/** An error as a support file may tell it: its name and where it came from, with nothing that may name somebody. */
export interface NotedFault {
  readonly at: string;
  readonly name: string;
  /** Whether somebody had tapped. */
  readonly acted: boolean;
  /** The browser's own words for a fault of its storage. Other messages may quote what somebody typed. */
  readonly message?: string;
  /** Files, lines and columns of the built app. */
  readonly frames: readonly string[];
}

const key = "docket-faults";
const faultsMax = 20;
const framesMax = 6;

/** The last errors of this tab, the newest last. */
export function recentFaults(): readonly NotedFault[] {
  try {
    const kept: unknown = JSON.parse(findKept(key) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** Notes an error for a support file; where nothing can be kept, it is only told on the screen. */
export function noteFault(error: unknown, at: Date): void {
  const all = [...recentFaults(), asNoted(error, at)].slice(-faultsMax);
  keep(key, JSON.stringify(all));
}

/** What a support file may say about an error. */
export function asNoted(error: unknown, at: Date): NotedFault {
  const acted = error instanceof ActFailed;
  const cause = acted ? error.cause : error;
  const storage = findStorageFault(cause);
  return {
    at: at.toISOString(),
    name: cause instanceof Error || cause instanceof DOMException ? cause.name : typeof cause,
    acted,
    ...(storage === undefined ? {} : { message: storage.message.slice(0, 300) }),
    frames: framesOf(cause instanceof Error ? (cause.stack ?? "") : ""),
  };
}

/** `assets/orders-1a2b.js:3:450`, from the stacks of all browsers. */
function framesOf(stack: string): readonly string[] {
  const frames = stack.matchAll(/https?:\/\/[^/\s]+\/([\w./-]+:\d+:\d+)/g);
  return [...frames].slice(0, framesMax).map(([, frame]) => frame ?? "");
}
