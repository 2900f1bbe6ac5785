import type { Plan } from "./plan.ts";
import { runPlan, type SeedResult } from "./run-seed.ts";

/** How many plans a shrinking may try: each is a whole world. */
const triesMax = 120;

/**
 * The shortest plan found that still breaks the same law: actions are left out in ever smaller chunks (delta
 * debugging). What is left is the history to read.
 */
export async function shrink(
  plan: Plan,
  law: string,
): Promise<{ readonly plan: Plan; readonly result: SeedResult }> {
  let best = plan;
  let result = await runPlan(plan);
  let tries = 0;
  const breaks = async (actions: Plan["actions"]) => {
    tries += 1;
    const tried = await runPlan({ ...best, actions });
    const same = tried.violations.some((violation) => violation.law === law);
    if (same) {
      best = { ...best, actions };
      result = tried;
    }
    return same;
  };
  for (let chunk = Math.ceil(plan.actions.length / 2); chunk >= 1 && tries < triesMax; ) {
    let shorter = false;
    for (let from = 0; from < best.actions.length && tries < triesMax; ) {
      const { actions } = best;
      const without = [...actions.slice(0, from), ...actions.slice(from + chunk)];
      if (await breaks(without)) shorter = true;
      else from += chunk;
    }
    if (chunk === 1 && !shorter) break;
    chunk = shorter ? Math.min(chunk, Math.ceil(best.actions.length / 2)) : Math.floor(chunk / 2);
  }
  return { plan: best, result };
}
