import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { TakenOrder } from "../../support/take-order.ts";

/**
 * Holds a server's log (whose chain was verified when it was read) against the orders that were taken: each command
 * once and nothing else, each order begun and placed once under the number that its device gave it.
 */
export function checkLog(log: readonly LogEvent[], taken: readonly TakenOrder[]): readonly string[] {
  const found: string[] = [];
  const times = new Map<string, number>();
  for (const [index, { position, command }] of log.entries()) {
    if (position !== index + 1) found.push(`position ${position} is at index ${index + 1}`);
    times.set(command, (times.get(command) ?? 0) + 1);
  }
  const expected = taken.flatMap(({ commands }) => commands);
  for (const command of expected) {
    // Each of these commands is one event.
    const count = times.get(command) ?? 0;
    if (count !== 1) found.push(`command ${command} is ${count} times in the log`);
  }
  if (new Set(log.map(({ id }) => id)).size !== log.length) found.push("an event is twice in the log");
  const strangers = times.size - expected.filter((command) => times.has(command)).length;
  if (strangers > 0) found.push(`${strangers} commands in the log were made by nobody`);
  return [...found, ...checkNumbers(log, taken)];
}

function checkNumbers(log: readonly LogEvent[], taken: readonly TakenOrder[]): readonly string[] {
  const begun = log.filter(({ type }) => type === "order-drafted");
  const placed = log.filter(({ type }) => type === "order-placed");
  const numbers = new Map(begun.map(({ stream, data }) => [stream, (data as { number: string }).number]));
  const placedOnce = new Set(placed.map(({ stream }) => stream));
  const found = taken.flatMap(({ id, number }) => {
    const stream = `order/${id}`;
    if (numbers.get(stream) !== number) return [`order ${number} has the number ${numbers.get(stream)}`];
    return placedOnce.has(stream) ? [] : [`order ${number} is not placed`];
  });
  if (new Set(numbers.values()).size !== taken.length || begun.length !== taken.length)
    found.push(`${taken.length} orders have ${new Set(numbers.values()).size} numbers`);
  if (placed.length !== taken.length) found.push(`${taken.length} orders were placed ${placed.length} times`);
  return found;
}
