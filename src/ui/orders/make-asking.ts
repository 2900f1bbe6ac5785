import { unreachable } from "../../domain/unreachable.ts";
import type { Added, FarQuantity, NotAdded } from "./added.ts";
import type { Tried } from "./make-quantities.ts";
import { makeTurns } from "./make-turns.ts";

/** Does a work in its turn, and asks a person first where it comes to a quantity far from what is usual. */
export type Asking = (work: (agreed: boolean) => Promise<Tried>) => Promise<Added | NotAdded>;

/**
 * One question after the other, outside of the turn: what is scanned meanwhile is added meanwhile. Before it is asked the
 * order is looked at again, since the answer before may have made the quantity usual.
 */
export function makeAsking(
  inTurn: ReturnType<typeof makeTurns>,
  isMeant: (asked: FarQuantity) => Promise<boolean>,
): Asking {
  const inTurnOfQuestions = makeTurns();
  return async (work) => {
    const tried = await inTurn(() => work(false));
    if (tried.is !== "far") return resultOf(tried);
    return inTurnOfQuestions(async () => {
      const again = await inTurn(() => work(false));
      if (again.is !== "far") return resultOf(again);
      if (!(await isMeant(again.asked))) return "not-meant";
      return resultOf(await inTurn(() => work(true)));
    });
  };
}

function resultOf(tried: Tried): Added | NotAdded {
  switch (tried.is) {
    case "done":
      return tried.added;
    case "far":
      return "not-meant";
    case "refused":
      return tried.why;
    default:
      return unreachable(tried);
  }
}
