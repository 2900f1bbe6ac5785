import { v5, v7, version } from "uuid";

/** Namespaces of derived ids. Never change them: the ids of recorded events depend on them. */
const eventNamespace = "6f1f6a3e-4f0b-5b8e-9d7a-3c1d2e4b5a60";
const importNamespace = "b3a8f0d2-1c5e-5f4a-8e6b-7d9c0a1b2c3d";
const derivedNamespace = "0d5c2b7e-94a1-5e3f-b8d6-21f7c3a9e054";
const redrawnNamespace = "5b0e8f4c-7d3a-5c19-a6e2-94b1d07f3c68";

/** A fresh id of a command, a line, an order, a device: UUIDv7, so that ids of one device grow with time. */
export function newId(): string {
  return v7();
}

/** Whether an id was drawn, not derived from what it stands for: then another one would do as well. */
export function isDrawn(id: string): boolean {
  return version(id) === 7;
}

/**
 * The new id of a command whose drawn id is another device's: again a UUIDv7 of the same time. Every copy of its device
 * gets the same one, so the command is stored once; nobody who does not know its trace can guess it.
 */
export function redrawnId(id: string, traceparent: string): string {
  const drawn = v5(`${id}/${traceparent}`, redrawnNamespace);
  return `${beginningOf(id)}7${drawn.slice(beforeVersion + 1)}`;
}

/** How often a command draws another id: being taken once is luck or malice, more often is a fault. */
export const redrawsMax = 3;

/** A command by the id that it goes under and by its trace, which it keeps under whatever id. */
export interface Tap {
  readonly id: string;
  readonly traceparent: string;
}

/**
 * Whether two ids are one command's: the same, or one follows from the other (`redrawnId`). A copy of a profile may
 * still say it under the first one, after that has become free again.
 */
export function isOneTap(one: Tap, other: Tap): boolean {
  if (one.id === other.id) return true;
  if (one.traceparent !== other.traceparent || beginningOf(one.id) !== beginningOf(other.id)) return false;
  return leadsTo(one, other.id) || leadsTo(other, one.id);
}

/** What all ids of one command begin with: the time of a UUIDv7. */
export function beginningOf(id: string): string {
  return id.slice(0, beforeVersion);
}

const beforeVersion = 14;

/** Whether an id is one that a command draws when its own is taken. */
function leadsTo({ id, traceparent }: Tap, wanted: string): boolean {
  let drawn = id;
  for (let redraws = 0; redraws < redrawsMax; redraws += 1) {
    drawn = redrawnId(drawn, traceparent);
    if (drawn === wanted) return true;
  }
  return false;
}

/** The id of a command's event at `index` (0, 1, 2...): the same whoever derives it, however often. */
export function eventIdOf(commandId: string, index: number): string {
  return v5(`${commandId}/${index}`, eventNamespace);
}

/**
 * The id of the note that the server was restored: the same whoever notices the same restore, told by the last position
 * in common.
 */
export function restoreIdOf(common: string): string {
  return v5(`restored/${common}`, eventNamespace);
}

/**
 * The id of an imported thing, from the field that names it (a customer's code, an order's number): two devices
 * that import the same list agree.
 */
export function importedId(kind: "order" | "customer" | "line" | "command", key: string): string {
  return v5(`${kind}/${key.normalize("NFC").trim()}`, importNamespace);
}

/** The id that a consumer has as a device in a workspace: the same for every server process, and no real device's. */
export function consumerDeviceId(workspace: string, consumer: string): string {
  return v5(`consumer/${consumer}/${workspace}`, derivedNamespace);
}

/**
 * The id of something that is made from something else, by its name there: made twice, on any device, it is one thing.
 */
export function derivedId(from: string, name: string): string {
  return v5(`${from}/${name}`, derivedNamespace);
}
