import { kindOf } from "../../domain/stream-key.ts";
import { correctedTime } from "../../protocol/log-event.ts";
import type { Verdict } from "../../protocol/sync-messages.ts";
import type { Page } from "../sync/pull.ts";
import type { PushOutcome } from "../sync/push.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { type TracedSync, traceSync } from "../telemetry/trace-push.ts";

/** How one sync went. `pushed`: undefined where it carried nothing; `page`: undefined where none was answered. */
export interface SyncFacts extends Omit<TracedSync, "verdicts" | "pulled" | "failed"> {
  readonly pushed: PushOutcome | undefined;
  readonly page: Page<unknown> | undefined;
  readonly sizeBytes: number;
}

/** Tells how one sync went, in figures and as spans. */
export function tellSync({ metrics, tracing }: Telemetry, facts: SyncFacts): void {
  const { pushed, page, sizeBytes, ...sync } = facts;
  const verdicts = pushed?.outcome === "judged" ? pushed.verdicts : [];
  if (pushed !== undefined) {
    metrics.count("docket.pushes", 1, { outcome: pushed.outcome });
    if (pushed.outcome === "judged" && pushed.differing.length > 0) {
      metrics.count("docket.commands.differing", pushed.differing.length);
    }
  }
  countCommands(metrics, sync, verdicts);
  if (page !== undefined) {
    metrics.measure("docket.pull.events", page.rows.length);
    metrics.measure("docket.pull.size", sizeBytes);
  }
  const failed = pushed?.outcome === "refused" ? { failed: pushed.problem.code } : {};
  traceSync(tracing, { ...sync, verdicts, pulled: page?.rows.length ?? 0, ...failed });
}

/** Counts the commands of one push together: a count costs as much for a hundred as for one. */
function countCommands(
  metrics: Metrics,
  { commands, clockOffsetMs, startMs }: Pick<TracedSync, "commands" | "clockOffsetMs" | "startMs">,
  verdicts: readonly Verdict[],
): void {
  const judged = new Map<string, number>();
  const events = new Map<string, number>();
  for (const [index, command] of commands.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined) continue;
    add(judged, `${verdict.outcome} ${verdict.outcome === "refused" ? verdict.problem.code : "none"}`, 1);
    if (verdict.outcome !== "accepted") continue;
    add(events, kindOf(command.stream), verdict.positions.length);
    const tapMs = Date.parse(correctedTime(command.at, clockOffsetMs));
    metrics.measure("docket.command.age", Math.max(0, startMs - tapMs) / 1_000);
  }
  for (const [key, count] of judged) {
    const [verdict = "", code = ""] = key.split(" ");
    metrics.count("docket.commands", count, { verdict, code });
  }
  for (const [kind, count] of events) metrics.count("docket.events.accepted", count, { kind });
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
