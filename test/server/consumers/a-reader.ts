import type { EventRow } from "../../../src/server/accept/event-row.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";

/** Takes every event but those that it is told to choke on, and remembers what it has taken for good. */
export function aReader(chokesOn: ReadonlySet<string>) {
  const taken: number[] = [];
  const consumer: Consumer = {
    name: "reader",
    pageEvents: 50,
    appends: false,
    forget: async () => {},
    begin: async () => {
      const own: number[] = [];
      return {
        take: async ({ stream, position }) => {
          if (chokesOn.has(stream)) throw new Error("expected something else");
          own.push(position);
        },
        finish: async () => {
          taken.push(...own);
          return undefined;
        },
      };
    },
  };
  return { consumer, taken };
}

/** The same consumer, but for the event at one position. */
export function chokingAt(consumer: Consumer, position: number | undefined): Consumer {
  return {
    ...consumer,
    begin: async (page) => {
      const work = await consumer.begin(page);
      const take = (event: EventRow) =>
        event.position === position ? Promise.reject(new Error("expected something else")) : work.take(event);
      return { ...work, take };
    },
  };
}
