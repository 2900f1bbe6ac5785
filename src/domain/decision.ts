import type { Happened } from "./event.ts";

/**
 * What deciding on a command yields. `events`: facts to record, at least one, all or none. `already`: the wanted fact
 * holds, nothing to record (the command is settled). `rejected`: the facts that rule it out; words for them exist in
 * the UI only.
 */
export type Decision<Event, Rejection> =
  | { readonly outcome: "events"; readonly events: readonly [Event, ...Event[]] }
  | { readonly outcome: "already" }
  | { readonly outcome: "rejected"; readonly rejection: Rejection };

/** The wanted fact holds already. */
export const already = { outcome: "already" } as const;

/** These facts happened. */
function record<Event>(first: Event, ...rest: readonly Event[]): Decision<Event, never> {
  return { outcome: "events", events: [first, ...rest] };
}

/** Why it is not allowed. */
export function reject<Rejection>(rejection: Rejection): Decision<never, Rejection> {
  return { outcome: "rejected", rejection };
}

/**
 * Records `event` when `accepts` lets it follow `state`, else rejects with its reason. Rules live in `accepts`
 * only; this is how every `decide` asks it.
 */
export function recordIfAccepted<State, Event, Rejection>(
  accepts: (event: Event, state: State) => Rejection | undefined,
  event: Event,
  state: State,
): Decision<Event, Rejection> {
  const rejection = accepts(event, state);
  return rejection === undefined ? record(event) : reject(rejection);
}

/**
 * The same for several facts of one command, each each checked against the state after the one before it: all of them,
 * or the first reason against one. They all happen at the same moment, which no rule turns on.
 */
export function recordAllIfAccepted<State, Event, Rejection>(
  accepts: (event: Event, state: State) => Rejection | undefined,
  evolve: (state: State, event: Happened<Event>) => State,
  events: readonly [Event, ...Event[]],
  state: State,
): Decision<Event, Rejection> {
  let before = state;
  for (const event of events) {
    const rejection = accepts(event, before);
    if (rejection !== undefined) return reject(rejection);
    before = evolve(before, { ...event, at: "1970-01-01T00:00:00.000Z" });
  }
  const [first, ...rest] = events;
  return record(first, ...rest);
}
