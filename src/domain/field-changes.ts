import { sameData } from "./same-data.ts";

/** One field's change: what the person saw, and what they made of it. */
export interface Change<Value> {
  readonly from: Value;
  readonly to: Value;
}

/** Changes of some fields of a thing. Fields merge one by one: only the same field is ever a conflict (L10). */
export type Changes<Fields> = { readonly [Field in keyof Fields]?: Change<Fields[Field]> };

/** A field that two people changed to different values: what it was, what yours would make it, what it is now. */
export interface FieldConflict {
  readonly field: string;
  readonly before: unknown;
  readonly yours: unknown;
  readonly theirs: unknown;
}

/**
 * What is left to change: fields that already have the wanted value are dropped. None left: there is nothing to do.
 * Whether the rest may be recorded is for `accepts` to say (`changeConflicts`).
 */
export function openChanges<Fields extends object>(
  current: Fields,
  wished: Changes<Fields>,
): Changes<Fields> | undefined {
  const open = changedFields(wished).filter(([field, change]) => !sameData(current[field], change.to));
  return open.length === 0 ? undefined : (Object.fromEntries(open) as Changes<Fields>);
}

/** The changes that bring those fields up to date in which a list differs from what is known; undefined: none do. */
export function changesTowards<Fields extends object>(
  current: Fields,
  listed: Partial<Fields>,
  fields: readonly (keyof Fields)[],
): Changes<Fields> | undefined {
  const differing = fields.filter((field) => field in listed && !sameData(listed[field], current[field]));
  if (differing.length === 0) return undefined;
  return Object.fromEntries(
    differing.map((field) => [field, { from: current[field], to: listed[field] }]),
  ) as Changes<Fields>;
}

/** The conflicts of recorded changes with the values they should follow; none for a fact that may be recorded. */
export function changeConflicts<Fields extends object>(
  current: Fields,
  changes: Changes<Fields>,
): readonly FieldConflict[] {
  return conflictsOf(current, changedFields(changes));
}

/**
 * The thing after the changes. Only the named `fields` can change: a member that a newer build (or a forger) put
 * beside them is left alone.
 */
export function applyChanges<Thing extends Fields, Fields extends object>(
  thing: Thing,
  changes: Changes<Fields>,
  fields: readonly (keyof Fields)[],
): Thing {
  const next: Thing = { ...thing };
  for (const field of fields) {
    const change = changes[field];
    if (change !== undefined) Object.assign(next, { [field]: change.to });
  }
  return next;
}

/** Those fields of a thing, and nothing that it has beside them. */
export function onlyFields<Thing extends object, Name extends keyof Thing>(
  thing: Thing,
  names: readonly Name[],
): Pick<Thing, Name> {
  return Object.fromEntries(names.map((name) => [name, thing[name]])) as Pick<Thing, Name>;
}

/** The changes that lead from one set of fields to another, for a form that was edited. */
export function changesBetween<Fields extends object>(before: Fields, after: Fields): Changes<Fields> {
  const fields = Object.keys(after) as (keyof Fields)[];
  const changed = fields.filter((field) => !sameData(before[field], after[field]));
  return Object.fromEntries(
    changed.map((field) => [field, { from: before[field], to: after[field] }]),
  ) as Changes<Fields>;
}

/**
 * What a person has seen of a thing after these conflicts were told: what others have made of those fields, all else as
 * before. A form that saves from there keeps its own values, and overwrites nothing that was not told.
 */
export function seenAfter<Fields extends object>(seen: Fields, conflicts: readonly FieldConflict[]): Fields {
  return { ...seen, ...Object.fromEntries(conflicts.map(({ field, theirs }) => [field, theirs])) };
}

function changedFields<Fields extends object>(changes: Changes<Fields>) {
  return (
    Object.entries(changes) as [keyof Fields & string, Change<Fields[keyof Fields]> | undefined][]
  ).flatMap(([field, change]) => (change === undefined ? [] : [[field, change] as const]));
}

function conflictsOf<Fields extends object>(
  current: Fields,
  changed: readonly (readonly [keyof Fields & string, Change<Fields[keyof Fields]>])[],
): readonly FieldConflict[] {
  return changed
    .filter(([field, change]) => !sameData(current[field], change.from))
    .map(([field, change]) => ({ field, before: change.from, yours: change.to, theirs: current[field] }));
}
