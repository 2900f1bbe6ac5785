import { once } from "node:events";
import { findWebkit } from "../../../scripts/find-smoke-browsers.mjs";
import { startGroup } from "./process-group.ts";

/** A screen that nobody sees: its name (`:7`), and how to end it. */
export interface VirtualDisplay {
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/** Starts an X server on the first free display. */
export async function startDisplay(): Promise<VirtualDisplay> {
  const found = findWebkit();
  if ("missing" in found) throw new Error(found.missing);
  // It writes the number that it took to the descriptor that is named.
  const args = ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"];
  const group = startGroup(found.xvfb, args, process.env);
  const told = group.child.stdio[3];
  if (told === null || told === undefined) throw new Error("expected a pipe to the X server");
  const [number] = await Promise.race([once(told, "data"), once(group.child, "exit").then(() => [])]);
  if (number === undefined) throw new Error(`the X server did not start: ${group.output()}`);
  return { name: `:${String(number).trim()}`, stop: group.kill };
}
