import { expect } from "vitest";
import type { Decision } from "../../src/domain/decision.ts";
import type { Happened } from "../../src/domain/event.ts";

/** What a kind of stream needs to be specified by example: its three functions and its state before all. */
export interface Specified<State, Event, Command, Rejection> {
  readonly initial: State;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
  readonly accepts: (event: Event, state: State) => Rejection | undefined;
  readonly evolve: (state: State, event: Happened<Event>) => State;
}

/** When the n-th event of an example (1, 2, 3...) happened. */
export const momentOf = (n: number): string => new Date(Date.UTC(2026, 0, 5, 9, 0, n)).toISOString();

/**
 * Given these facts, when this is wished, then these facts follow (or none, or this is against it). Whatever
 * `decide` yields is held against `accepts`, event by event: the server will ask the same.
 */
export function specify<State, Event extends { readonly type: string }, Command, Rejection>(
  kind: Specified<State, Event, Command, Rejection>,
) {
  const fold = (events: readonly Event[], from: State = kind.initial): State =>
    events.reduce((state, event, index) => kind.evolve(state, { ...event, at: momentOf(index + 1) }), from);
  const given = (...events: readonly Event[]) => ({
    state: fold(events),
    when(command: Command) {
      const state = fold(events);
      const decision = kind.decide(command, state);
      if (decision.outcome === "events") expectAccepted(kind, decision.events, state);
      return {
        then: (...expected: readonly Event[]) =>
          expect(decision).toEqual({ outcome: "events", events: expected }),
        thenAlready: () => expect(decision).toEqual({ outcome: "already" }),
        thenRejected: (rejection: Rejection) => expect(decision).toEqual({ outcome: "rejected", rejection }),
      };
    },
    whenRecorded: (event: Event) => ({
      thenAccepted: () => expect(kind.accepts(event, fold(events))).toBeUndefined(),
      thenRejected: (rejection: Rejection) => expect(kind.accepts(event, fold(events))).toEqual(rejection),
    }),
  });
  return { given, fold };
}

/** `accepts` lets each of these facts follow the one before it. */
function expectAccepted<State, Event, Command, Rejection>(
  kind: Specified<State, Event, Command, Rejection>,
  events: readonly Event[],
  state: State,
): State {
  return events.reduce((before, event) => {
    expect(kind.accepts(event, before)).toBeUndefined();
    return kind.evolve(before, { ...event, at: momentOf(1) });
  }, state);
}
