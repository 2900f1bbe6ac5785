import { idsOf } from "./ids-of.ts";
import type { OutboxWatch } from "./outbox-watch.ts";
import { isOutsiders } from "./outsiders.ts";
import type { SavedCommand } from "./world.ts";

/** An event of a log, the server's or a device's. */
export interface Recorded {
  readonly command: string;
  readonly traceparent: string;
  readonly data: unknown;
}

/** A command that waits on a device; with what its event says, where that is to be given back. */
export interface Waiting {
  readonly id: string;
  readonly traceparent: string;
  readonly data?: unknown;
}

/** What a restored server has lost, as what waits: by the first of its events. */
export const waitingOf = ({ command, traceparent, data }: Recorded): Waiting => ({
  id: command,
  traceparent,
  data,
});

/** What is in a log for what people have saved, by id and by trace. */
export interface Standing {
  readonly byId: ReadonlyMap<string, readonly Recorded[]>;
  readonly traces: ReadonlySet<string>;
}

/** What a thief has put under an id is not what was saved under it. */
export function standingOf(log: readonly Recorded[]): Standing {
  const honest = log.filter(({ traceparent }) => !isOutsiders(traceparent));
  const byId = new Map<string, Recorded[]>();
  for (const event of honest) byId.set(event.command, [...(byId.get(event.command) ?? []), event]);
  return { byId, traces: new Set(honest.map(({ traceparent }) => traceparent)) };
}

/**
 * Tells of a saved command whether it is there: in the log, among what waits, or fulfilled, each by its own name and not
 * by how many there are. What goes on under another id, since the one that it had is another's, keeps its trace. What
 * was made from a delivery note is there only with its own figure: another device may have booked another one under the
 * same id. Where another has booked the same one, that stands for it, also while it is to be given back.
 */
export function finderOf(
  standing: Standing,
  waiting: readonly Waiting[],
  watch: OutboxWatch,
): (saved: SavedCommand) => boolean {
  const honest = waiting.filter(({ traceparent }) => !isOutsiders(traceparent));
  const ids = new Set(honest.map(({ id }) => id));
  const traces = new Set(honest.map(({ traceparent }) => traceparent));
  return ({ id, quantity }) => {
    const trace = watch.traces.get(id) ?? "";
    if (traces.has(trace) || standing.traces.has(trace) || watch.fulfilled.has(trace)) return true;
    const own = idsOf(id);
    const recorded = own.flatMap((each) => standing.byId.get(each) ?? []);
    if (quantity === undefined) return recorded.length > 0 || own.some((each) => ids.has(each));
    const lost = honest.filter((one) => own.includes(one.id));
    return [...recorded, ...lost].some(({ data }) => quantityOf(data) === quantity);
  };
}

const quantityOf = (data: unknown) => (data as { readonly quantity?: number } | undefined)?.quantity;
