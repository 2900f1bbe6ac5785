/**
 * What deciding on a command yields. `events`: facts to record, at least one, all or none. `already`: the wished
 * fact holds, nothing to record (the command is settled). `rejected`: the facts that stand against it; words for
 * them exist in the UI only.
 */
export type Decision<Event, Rejection> =
  | { readonly outcome: "events"; readonly events: readonly [Event, ...Event[]] }
  | { readonly outcome: "already" }
  | { readonly outcome: "rejected"; readonly rejection: Rejection };

/** The wished fact holds already. */
export const already = { outcome: "already" } as const;

/** These facts happened. */
function record<Event>(first: Event, ...rest: readonly Event[]): Decision<Event, never> {
  return { outcome: "events", events: [first, ...rest] };
}

/** This stands against it. */
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
