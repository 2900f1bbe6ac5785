import { derivedId } from "../../../src/protocol/ids.ts";

/** The ids that a command may go by: its own, and those that its order's beginning has under another number. */
export function idsOf(id: string): readonly string[] {
  const ids = [id];
  for (let times = 0; times < 3; times += 1) ids.push(derivedId(ids.at(-1) ?? id, "renumbered"));
  return ids;
}
