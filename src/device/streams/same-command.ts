import { isDrawn, isOneTap, type Tap } from "../../protocol/ids.ts";
import type { LogEvent } from "../../protocol/log-event.ts";
import { saidText } from "../../protocol/said-text.ts";
import type { ProposedEvent } from "../../protocol/sync-messages.ts";
import { groupBy } from "../storage/group-by.ts";

/** What a command says, and the trace that it has had since its tap; `stream` where its events do not each tell. */
interface Said {
  readonly traceparent: string;
  readonly stream?: string;
  readonly events: readonly (Pick<ProposedEvent, "type" | "schemaVersion" | "data"> & {
    readonly stream?: string;
  })[];
}

/**
 * Whether the events that are in the log under a command's id are that command: recorded by one of these devices, or
 * the same as it says. An id that another device has used for something else is not (L4), and nor is one that derives
 * from a name and was used by the same device, or its copy, at another tap and for another figure (L6).
 */
export function isSameCommand(
  said: Said,
  recorded: readonly LogEvent[],
  devices: ReadonlySet<string>,
): boolean {
  const isMade = ({ device, command, traceparent }: LogEvent) =>
    devices.has(device) && (isDrawn(command) || traceparent === said.traceparent);
  if (recorded.every(isMade)) return true;
  if (recorded.length !== said.events.length) return false;
  return recorded.every((event, index) => {
    const { stream = said.stream, ...wanted } = said.events[index] ?? {
      type: "",
      schemaVersion: 0,
      data: null,
    };
    return event.stream === stream && event.type === wanted.type && saidText(event) === saidText(wanted);
  });
}

/**
 * Whether one of these commands of the log is this one, under whichever of its ids: on its stream and with its trace. Each
 * is looked at alone: what another device has put under one of the ids takes nothing from what is under another.
 */
export function isUnderAnyId(
  said: Said & Tap & { readonly stream: string },
  recorded: readonly LogEvent[],
  devices: ReadonlySet<string>,
): boolean {
  const alike = recorded.filter(
    ({ stream, command: id, traceparent }) => stream === said.stream && isOneTap(said, { id, traceparent }),
  );
  const commands = [...groupBy(alike, ({ command }) => command).values()];
  return commands.some((events) => isSameCommand(said, events, devices));
}
