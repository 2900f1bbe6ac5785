import { unreachable } from "../../domain/unreachable.ts";

/**
 * How far a look at the storage has come: `reads` is the first try, `reads-again` the one after the connection was
 * opened again. `lost` is the end: only a new page gets another connection.
 */
export type StorageLook = "rests" | "reads" | "opens" | "reads-again" | "lost";

/** `asked`: somebody wants to know. The rest is what a read or an opening came to; `silent`: nothing in time. */
export type LookInput = "asked" | "answered" | "failed" | "silent";

/** What to do next. */
export type LookEffect = "read" | "open" | "tell";

/**
 * Whether the storage still answers: it is lost when a read fails, the connection is opened again, and a read fails
 * once more. Silence proves nothing at first (another tab may hold a long transaction); after a failure it does.
 */
export function lookAtStorage(
  look: StorageLook,
  input: LookInput,
): readonly [StorageLook, LookEffect | undefined] {
  switch (look) {
    case "rests":
      return input === "asked" ? ["reads", "read"] : [look, undefined];
    case "reads":
      if (input === "asked") return [look, undefined];
      return input === "failed" ? ["opens", "open"] : ["rests", undefined];
    case "opens":
      return input === "asked" ? [look, undefined] : ["reads-again", "read"];
    case "reads-again":
      if (input === "asked") return [look, undefined];
      return input === "answered" ? ["rests", undefined] : ["lost", "tell"];
    case "lost":
      return [look, undefined];
    default:
      return unreachable(look);
  }
}
