import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { findTaken } from "../../../src/device/streams/id-holder.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import type { Must } from "./must.ts";
import { outsidersTraces } from "./outsiders.ts";
import { count, type World } from "./world.ts";

/**
 * An id is its maker's. What derives from a delivery note goes under that id or not at all, and waits for a person, who
 * is told what has it; what was drawn goes on under another one and waits for nobody. Counts both.
 */
export function checkTaken(
  world: World,
  log: readonly EventRow[],
  outboxes: ReadonlyMap<string, readonly OutboxRow[]>,
  must: Must,
): void {
  count(world, "id-redrawn", world.server.redrawn);
  const booked = world.saved.filter(({ quantity }) => quantity !== undefined);
  const derived = new Set(booked.map(({ id }) => id));
  const traces = new Map(
    world.devices.flatMap(({ storage }) =>
      [...storage.outbox.traces].filter(([id]) => derived.has(id)).map(([id, trace]) => [trace, id]),
    ),
  );
  for (const { traceparent, command } of log) {
    const id = traces.get(traceparent) ?? command;
    must("L4", id === command, () => `what was booked in as ${id} is there as ${command}`);
  }
  for (const [name, rows] of outboxes) {
    for (const row of rows) {
      const heard = row.parked?.why === "refused" ? canonicalJson(row.parked.problem) : "";
      must(
        "L4",
        world.refusedToThief.get(row.id) !== heard,
        () => `${name} hears what the thief was refused: ${JSON.stringify(row)}`,
      );
      const taken = findTaken(row);
      if (taken === undefined) continue;
      // The same tap, which a copy of the profile has decided otherwise: a person sees both.
      const isSameTap = taken.stream === row.stream && taken.traceparent === row.traceparent;
      must(
        "L4",
        derived.has(row.id) || isSameTap,
        () => `${name}: what was drawn waits for a person: ${JSON.stringify(row)}`,
      );
      const holder = log.find(({ command }) => command === row.id);
      const isNamed = holder?.position === taken.position && holder.device === taken.device;
      must(
        "L6",
        isNamed || world.server.restores > 0,
        () => `${name}: ${JSON.stringify(taken)} is said to have the id of ${JSON.stringify(holder)}`,
      );
      count(
        world,
        holder?.traceparent === outsidersTraces.thief ? "derived-id-parked" : "two-figures-parked",
      );
    }
  }
}

/** Access is a lineage's: once it is taken away, or made less, nothing more comes from any device of it. */
export function checkAccess({ lostPhones }: World, log: readonly EventRow[], must: Must): void {
  for (const { devices, demotedMs, revokedMs, trespasses } of lostPhones) {
    for (const what of trespasses) must("access", false, () => what);
    for (const event of log.filter(({ device }) => devices.has(device))) {
      const recordedMs = Date.parse(event.recordedAt);
      must(
        "access",
        recordedMs <= (revokedMs ?? recordedMs),
        () => `${event.type} of ${event.device} is at ${event.position}, after its access was taken away`,
      );
      must(
        "access",
        event.type !== "stock-counted" || recordedMs <= (demotedMs ?? recordedMs),
        () => `${event.device} counts at ${event.position}, which its role does not let it any more`,
      );
    }
  }
}
