import { kindOf } from "../../domain/stream-key.ts";
import { correctedTime } from "../../protocol/log-event.ts";
import type { PushedCommand, Verdict } from "../../protocol/sync-messages.ts";
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
  for (const [index, command] of sync.commands.entries()) {
    const verdict = verdicts[index];
    if (verdict !== undefined) countCommand(metrics, command, verdict, sync);
  }
  if (page !== undefined) {
    metrics.measure("docket.pull.events", page.rows.length);
    metrics.measure("docket.pull.size", sizeBytes);
  }
  const failed = pushed?.outcome === "refused" ? { failed: pushed.problem.code } : {};
  traceSync(tracing, { ...sync, verdicts, pulled: page?.rows.length ?? 0, ...failed });
}

function countCommand(
  metrics: Metrics,
  command: PushedCommand,
  verdict: Verdict,
  { clockOffsetMs, startMs }: Pick<TracedSync, "clockOffsetMs" | "startMs">,
): void {
  const code = verdict.outcome === "refused" ? verdict.problem.code : "none";
  metrics.count("docket.commands", 1, { verdict: verdict.outcome, code });
  if (verdict.outcome !== "accepted") return;
  metrics.count("docket.events.accepted", verdict.positions.length, { kind: kindOf(command.stream) });
  const tapMs = Date.parse(correctedTime(command.at, clockOffsetMs));
  metrics.measure("docket.command.age", Math.max(0, startMs - tapMs) / 1_000);
}
