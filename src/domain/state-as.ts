import type { KnownState, States } from "./kinds.ts";
import { kindOf, type StreamKind } from "./stream-key.ts";

/**
 * The state of a stream as what it is, by the kind in its key.
 * @throws Error where the stream is of another kind.
 */
export function stateAs<Name extends StreamKind>(
  kind: Name,
  stream: string,
  state: KnownState,
): States[Name] {
  if (kindOf(stream) !== kind) throw new Error(`expected a stream of the kind ${kind}, found ${stream}`);
  return state as States[Name];
}
