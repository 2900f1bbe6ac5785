import { cursorStart, formatCursor } from "../../../src/protocol/cursor.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { type EventRow, eventJson } from "../../../src/server/accept/event-row.ts";
import { verifyPage } from "../../../src/sync/engine/verify-page.ts";
import type { Must } from "./must.ts";
import { isOutsiders } from "./outsiders.ts";
import type { World } from "./world.ts";

/** The log alone: positions, chain, one effect per command, each device's order in each stream, numbers. */
export function checkLog(world: World, log: readonly EventRow[], must: Must): void {
  const { server } = world;
  const { replacing } = server;
  for (const [index, event] of log.entries()) {
    must("L5", event.position === index + 1, () => `position ${event.position}`);
  }
  const events = log.map((row) => JSON.parse(eventJson(row)) as LogEvent);
  const last = log.at(-1);
  const cursor = last?.hash == null ? cursorStart : { position: last.position, hash: last.hash };
  const chain = verifyPage(cursorStart, { events, cursor: formatCursor(cursor) });
  must("L5", chain.outcome === "verified", () => JSON.stringify(chain));
  const ids = new Map<string, number>();
  const seen = new Map<string, number>();
  const versions = new Map<string, number>();
  const lasts = new Map<string, EventRow>();
  const seqs = new Map<string, { readonly seq: number; readonly command: string }>();
  const numbers = new Map<string, string>();
  const taps = new Map<string, string>();
  // Copies of a profile may write under one identity for a while: each keeps an order of its own.
  const savers = new Map(world.saved.map(({ id, profile }) => [id, profile]));
  for (const event of log) {
    must("L4", !ids.has(event.id), () => `event ${event.id} at ${ids.get(event.id)} and ${event.position}`);
    ids.set(event.id, event.position);
    const at = seen.get(event.command);
    must(
      "L4",
      at === undefined || at === event.position - 1,
      () => `command ${event.command} at ${at} and ${event.position}`,
    );
    seen.set(event.command, event.position);
    must(
      "L5",
      event.version === (versions.get(event.stream) ?? 0) + 1,
      () => `${event.stream} v${event.version}`,
    );
    versions.set(event.stream, event.version);
    const isOutside = isOutsiders(event.traceparent);
    const tap = isOutside || event.causation !== null ? event.command : event.traceparent;
    must(
      "L4",
      (taps.get(tap) ?? event.command) === event.command,
      () => `one tap is two commands, ${taps.get(tap)} and ${event.command}`,
    );
    taps.set(tap, event.command);
    const decided = isOutside ? undefined : server.decidedOn.get(event.command);
    const last = lasts.get(event.stream);
    must(
      "L10",
      decided === undefined ||
        server.givenBack.has(event.command) ||
        last?.command === event.command ||
        decided.has(last?.id ?? null),
      () => `${event.command} is after ${last?.id}, and was decided on ${[...(decided ?? [])]}`,
    );
    lasts.set(event.stream, event);
    const key = `${event.device} ${savers.get(event.command) ?? ""} ${event.stream}`;
    const before = seqs.get(key);
    must(
      "L7",
      before === undefined ||
        before.command === event.command ||
        before.seq < event.seq ||
        isOutside ||
        replacing.has(event.command),
      () => {
        const stream = log.filter((other) => other.stream === event.stream);
        const story = stream.map(
          ({ device, seq, type, command }) => `${device.slice(-4)}/${seq} ${type} ${command}`,
        );
        return `${key}: ${before?.seq} before ${event.seq}: ${story.join(", ")}`;
      },
    );
    if (!replacing.has(event.command)) seqs.set(key, { seq: event.seq, command: event.command });
    const { number } = JSON.parse(eventJson(event)).data as { readonly number?: string };
    if (event.type !== "order-drafted" || number === undefined) continue;
    must(
      "L4",
      (numbers.get(number) ?? event.stream) === event.stream,
      () => `number ${number} is there twice`,
    );
    numbers.set(number, event.stream);
  }
}
