import { evolveVersions } from "./evolve-versions.ts";
import type { KnownState } from "./kinds.ts";
import { schemaVersions } from "./upcast.ts";

/**
 * What the states of this build are folded by: two builds that say the same make the same states of the same events.
 * The shapes that a build reads are part of it, since one that reads more folds more.
 */
export function foldModel(): string {
  const folds = Object.entries(evolveVersions).map(([name, version]) => `${name}${version}`);
  const shapes = Object.entries(schemaVersions).map(([type, version]) => `${type}@${version}`);
  return [...folds, ...shapes].join(" ");
}

/** Whether work on a thing is over: an order that was shipped or cancelled, and what inventory put aside for it. */
export function isPast({ status }: KnownState): boolean {
  return status === "shipped" || status === "cancelled" || status === "issued" || status === "released";
}
