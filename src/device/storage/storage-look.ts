import { unreachable } from "../../domain/unreachable.ts";

/**
 * How far a look at the storage has come: `reads` is the first try, `reads-again` the one after the connection was
 * opened again. `lost` is the end: only a new page gets another connection.
 */
export type StorageLook = "rests" | "reads" | "opens" | "reads-again" | "lost";

/**
 * `asked`: somebody wants to know; `stuck`: transactions wait, and nothing was answered for long. The rest is what a read or an
 * opening came to; `silent`: nothing in time.
 */
export type LookInput = "asked" | "stuck" | "answered" | "failed" | "silent";

/** What to do next. */
export type LookEffect = "read" | "open" | "tell";

/**
 * Whether the storage still answers: it is lost when a read fails, the connection is opened again, and a read fails
 * once more. Silence proves nothing at first (another tab may hold a long transaction); after a failure, or where a
 * transaction is stuck, it does.
 */
export function lookAtStorage(
  look: StorageLook,
  input: LookInput,
): readonly [StorageLook, LookEffect | undefined] {
  switch (look) {
    case "rests":
      if (input === "stuck") return ["opens", "open"];
      return input === "asked" ? ["reads", "read"] : [look, undefined];
    case "reads":
      if (input === "asked") return [look, undefined];
      return input === "failed" || input === "stuck" ? ["opens", "open"] : ["rests", undefined];
    case "opens":
      return input === "asked" || input === "stuck" ? [look, undefined] : ["reads-again", "read"];
    case "reads-again":
      if (input === "asked" || input === "stuck") return [look, undefined];
      return input === "answered" ? ["rests", undefined] : ["lost", "tell"];
    case "lost":
      return [look, undefined];
    default:
      return unreachable(look);
  }
}
