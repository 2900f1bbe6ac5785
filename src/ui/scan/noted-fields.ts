import { groupSeparator } from "../../domain/product/gtin.ts";
import type { FellInto } from "./judge-burst.ts";
import { type Before, holdsOnly, isTextField, noteBefore } from "./taken-back.ts";

/** The fields into which keys fell, each as it was before the first of them. */
export interface NotedFields {
  readonly note: (target: Element | null) => void;
  readonly all: () => readonly Before[];
  readonly forget: () => void;
}

export function makeNotedFields(): NotedFields {
  const fields = new Map<Element, Before>();
  return {
    note: (target) => {
      const before = target === null || fields.has(target) ? undefined : noteBefore(target);
      if (before !== undefined) fields.set(before.element, before);
    },
    all: () => [...fields.values()],
    forget: () => fields.clear(),
  };
}

/** Whether of these keys alone something came into the fields: the group separator types nothing. */
export function holdOnly(noted: readonly Before[], text: string): boolean {
  return noted.every((before) => holdsOnly(before, text.replaceAll(groupSeparator, "")));
}

/** Into what kind of place the keys fell. */
export function fellInto(noted: readonly Before[]): FellInto {
  const field = noted.map(({ element }) => element).find(isTextField);
  if (field === undefined) return "elsewhere";
  return field.getAttribute("data-kind") === "figure" || field.type === "date" ? "figure" : "text";
}
